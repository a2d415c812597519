"""习惯: a colleague's year by weeks, as it was counted."""
