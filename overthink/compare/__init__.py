"""Runs held against a base, problem by problem."""
