"""Floor 4: pages. Thin: find, ask, act, show; what may be seen and done is decided below."""
