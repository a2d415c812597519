"""Ledgers kept by hand, taken in: tried first, written in small steps, taken up again where it stopped, taken back."""
