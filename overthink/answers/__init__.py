"""Answers: found in a text, read, compared; no file, network or clock."""
