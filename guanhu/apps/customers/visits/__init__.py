"""来访: who came to the branch, noted at the counter in seconds, and looked through in the evening."""
