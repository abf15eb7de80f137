"""Preference pairs: of which samples, cut where, written for TRL."""
