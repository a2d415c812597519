"""Writing: roles, covers and colleagues, one module each."""
