"""Answers: found in a text, read and compared, by rules, by SymPy in processes that can be killed, by a judge."""
