"""Django's PostgreSQL, with numbers that travel whole."""
