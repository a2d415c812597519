"""活档案: what the keeper learns about a person; every wording stays, the latest is shown."""
