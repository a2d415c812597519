"""名单: the customers of a keeper, a branch or a region in their order, fifty at a time."""
