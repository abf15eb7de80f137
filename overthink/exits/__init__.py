"""What stopping earlier would have kept and saved."""
