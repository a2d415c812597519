"""认领: colleagues ask for customers they know, in the open, before a round is solved (P45)."""
