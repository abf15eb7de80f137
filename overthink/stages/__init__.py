"""One file a stage: how its rows are made."""
