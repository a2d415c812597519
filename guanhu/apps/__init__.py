"""Floor 2, records: who works here, what we sell, whom we keep, what was done. No pages; pages live in ``web``."""
