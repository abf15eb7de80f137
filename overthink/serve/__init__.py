"""A small local page over a folder of runs. `server` speaks HTTP, `pages` writes HTML; both only ever read."""
