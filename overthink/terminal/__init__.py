"""What a command shows in the terminal: a table for each kind of result, rows of any kind, one response, progress."""
