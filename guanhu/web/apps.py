"""How the pages are set up: which language is spoken is kept with the thread that answers."""

from __future__ import annotations

from threading import local

from django.apps import AppConfig
from django.utils.translation import trans_real


class Pages(AppConfig):
    """The pages. Each word of a page asks which language is spoken: a page is answered by one thread from end to end,
    and a place of the thread's own costs less than one that also follows tasks from thread to thread.
    """

    name = "guanhu.web"

    def ready(self) -> None:
        """Before the first page."""
        trans_real._active = local()  # type: ignore[attr-defined]
