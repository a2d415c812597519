"""What every solver refuses in the same way: numbers that do not make a problem."""


class NotMeant(ValueError):
    """The pieces do not make a problem; the sentence says which and why."""
