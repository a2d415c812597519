"""Ledgers brought in a browser: opened beside the pages, mapped, tried, written, taken back."""
