"""取自哪一份: from which of two files of one person a value is shown."""
