"""稽: owns the trail: who did or saw what, in chains nobody bends unseen, and the seals over them. No persons."""
