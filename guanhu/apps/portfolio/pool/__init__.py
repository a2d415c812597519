"""公共池与回收: customers nobody keeps, and those whose keeper has long not been in touch (P42)."""
