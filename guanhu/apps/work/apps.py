"""How the app is set up: today's lines go with a customer who changes her keeper."""

from __future__ import annotations

from django.apps import AppConfig


class Work(AppConfig):
    """做."""

    name = "guanhu.apps.work"

    def ready(self) -> None:
        """Before the first request: what this app gives on is known to the register of handovers."""
        import guanhu.apps.work.following  # noqa: F401
