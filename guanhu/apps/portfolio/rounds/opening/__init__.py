"""Who is part of a round, as they stand on the day it is opened."""
