"""Choosing among alternatives: a problem in, a proposal with its proof out; no tables, no clock, no dice."""
