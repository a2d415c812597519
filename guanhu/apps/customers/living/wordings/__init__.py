"""写法: one wording after the other, whatever it is about."""
