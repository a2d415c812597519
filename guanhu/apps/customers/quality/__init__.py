"""How complete the files are: one file's meter, and the report over many."""
