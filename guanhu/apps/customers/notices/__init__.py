"""提醒: a keeper is told when somebody else did something with a customer of hers."""
