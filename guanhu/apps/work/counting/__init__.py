"""点数: what each colleague did on each day, counted by the night; and what in it calls for a question."""
