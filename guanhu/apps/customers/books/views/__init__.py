"""Named ways to see the list: kept, shared, opened first, removed."""
