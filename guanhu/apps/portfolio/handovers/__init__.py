"""交接: what is done so that nothing is lost when a customer changes her keeper (P8)."""
