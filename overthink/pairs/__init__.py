"""Preference pairs made of sampled responses."""
