"""客户档案: the head of one customer's file at once, the rest of it by itself, or both as one page."""
