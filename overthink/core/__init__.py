"""Pure functions: no files, no network, no clock, no randomness without a seed."""
