"""The report that people look at: a page, the figures and the table of a paper, one response."""
