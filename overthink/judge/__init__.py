"""What all judges that are a model of language have in common: what is asked, how, and what is kept of it."""
