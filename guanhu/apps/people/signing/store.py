"""Where browser sessions lie: Django's own store in the database, asked with every request, by the product's clock."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.conf import settings
from django.contrib.sessions.backends import db
from django.contrib.sessions.models import Session

from guanhu.apps.people.signing.queries import browser_sessions


class SessionStore(db.SessionStore):
    """The database's sessions; the name is the one Django looks for."""

    def get_expiry_date(self, **told: Any) -> datetime:
        """Until when the row is kept; why a session ended is asked of ``SignIn`` alone."""
        return super().get_expiry_date(**{"modification": settings.GUANHU_NOW(), **told})

    def _get_session_from_db(self) -> Session | None:
        found = browser_sessions.first(self.session_key, settings.GUANHU_NOW())
        if found is None:
            self._session_key = None
        return found
