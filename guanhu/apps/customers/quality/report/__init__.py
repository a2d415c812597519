"""资料质量: many files together, and which of them to fill."""
