"""Measures every customer in columns: tables in, one table out, and never a name, a phone or a web page."""
