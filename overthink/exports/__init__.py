"""A report or a run as other tools read it. Each file is one tool's format; its library is imported when it is used."""
