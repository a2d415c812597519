"""What lies sealed about a customer: found by its number, shown masked, and read in full one value at a time."""
