"""Floor 5: settings, addresses and the clock; the only place that knows everything."""
