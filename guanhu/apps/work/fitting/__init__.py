"""排得下吗: lists of the branch against what their tiers ask for and what a day holds."""
