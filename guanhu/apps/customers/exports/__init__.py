"""导出: a list as it is seen, asked for, approved by another, made once, taken once, destroyed."""
