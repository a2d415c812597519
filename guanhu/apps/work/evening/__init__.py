"""The end of a day: what became of each line, what was learnt, and what the head says to it."""
