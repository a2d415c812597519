"""期限清理: what has fallen due, counted first, approved by a second person, then cleared. No customer stands here."""
