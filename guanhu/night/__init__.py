"""Where both halves meet: the bank's files and the day's notes go in, tomorrow's lists come out."""
