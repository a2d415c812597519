"""What every business word and number means: pure functions, read alike for one customer and for ten million."""
