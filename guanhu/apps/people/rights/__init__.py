"""权限: roles granted beyond the post's own, covers arranged in a branch, colleagues moved and locked."""
