"""One act on everybody a question finds: tried first, done with a report, and taken back together."""
