"""客户关系: a tie between two customers of the bank, written on both files, each side seen with its own customer."""
