"""系统名单: the lists the system keeps by itself, each with who is on it today."""
