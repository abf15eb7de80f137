"""Asks a model for responses to the problems of a benchmark."""
