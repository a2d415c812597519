"""A round comes into force."""
