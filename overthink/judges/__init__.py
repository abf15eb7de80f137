"""Who finds solutions and strategies."""
