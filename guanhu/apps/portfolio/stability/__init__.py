"""管户稳定: how long customers have the same keeper, and how many they had (P50)."""
