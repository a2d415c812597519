"""Ledgers kept by hand (台账): opened safely, read apart, their columns guessed, their rows typed."""
