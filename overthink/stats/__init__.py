"""Statistics that know nothing of responses."""
