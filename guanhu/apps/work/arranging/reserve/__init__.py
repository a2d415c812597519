"""候补: who comes next today."""
