"""The rounds that are due without anybody asking."""
