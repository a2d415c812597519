"""器: owns the products and the suggested scripts. Not who holds what."""
