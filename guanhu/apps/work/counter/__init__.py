"""柜面: what a colleague at the counter may know of the one customer standing before her."""
