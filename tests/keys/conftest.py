"""A bank of some thousand customers in a database of its own, with a ring of its own."""

from tests.night.conftest import worker_database as worker_database
