"""并排核对: two files next to each other, and what was merged into one."""
