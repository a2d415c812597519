"""The book in groups: how many of each tier, entitlement, stage, kind or keeper, and what they hold."""
