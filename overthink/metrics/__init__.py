"""What a response and a run come to: the numbers of one response, the catalogue, their sums with error bars."""
