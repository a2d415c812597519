"""Benchmarks: the night against hand-written SQL, on data made once."""
