"""Two runs held against each other, problem by problem."""
