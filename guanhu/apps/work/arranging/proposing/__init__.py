"""Who could be put into the next day: planned for later and worth it."""
