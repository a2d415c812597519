"""分户方案: a round is opened, solved, changed by the head, published, put in force and taken back."""
