"""The handovers of a published round."""
