"""What an earlier stop would have kept and saved."""
