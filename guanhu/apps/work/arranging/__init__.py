"""Arranging days: a contact put on a day, a goal for the week, the plan of tomorrow."""
