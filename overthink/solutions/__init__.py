"""Solutions: where in the thinking of a response an answer to the problem is reached."""
