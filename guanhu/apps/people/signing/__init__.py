"""登录: who is there, with which session, and how that ends; passwords, second factor and lock-out."""
