"""Strategies: which solutions of a response reason in the same way."""
