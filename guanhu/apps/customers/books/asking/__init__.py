"""What a list may be asked by: each trait as the stored answers it reads, who may ask it, and in which orders."""
