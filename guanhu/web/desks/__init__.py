"""One module a place of work: the views of its pages."""
