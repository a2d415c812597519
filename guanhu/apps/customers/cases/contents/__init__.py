"""What the database holds about one person: counted in every table, and told to her row by row."""
