"""查找: who is meant by what somebody typed: a name or a part of it, its sound, a number."""
