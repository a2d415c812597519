"""Floor 4: the command line; with config the only place where the clock and the dice are allowed."""
