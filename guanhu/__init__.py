"""管户 Guanhu: looks after the customers a bank's branch already has."""
