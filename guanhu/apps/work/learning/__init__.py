"""What a contact teaches: known facts confirmed in it, and one more learnt."""
