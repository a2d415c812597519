"""成效: what contacts really bring, as the nights have learnt it."""
