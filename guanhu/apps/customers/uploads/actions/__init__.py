"""What she asks for on a page, what is done about it beside the pages, and what is kept of the file meanwhile."""
