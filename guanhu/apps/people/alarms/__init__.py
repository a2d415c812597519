"""异常提醒: how colleagues look at customers, added up a day at a time from the trail, and what was odd about it."""
