"""A round solved, and the answer kept."""
