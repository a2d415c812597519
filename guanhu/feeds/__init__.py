"""The bank's files → clean tables: what is whole goes on, what is not is kept aside with its reason."""
