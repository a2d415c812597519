"""The lines of the book: their columns, as whoever looks may read them, and what lies in other tables beside."""
