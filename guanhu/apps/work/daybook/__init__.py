"""工作日志: the contacts of a colleague by day, by hour and by what came of them."""
