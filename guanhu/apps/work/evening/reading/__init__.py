"""The evening as who leads or coaches a branch reads it."""
