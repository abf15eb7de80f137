"""A report or a run as other tools read it: each tool is one file in `tools`, found by its name."""
