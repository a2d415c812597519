"""Writing: sessions, passwords, the second factor, locks; each in a module of its own."""
