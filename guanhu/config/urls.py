"""Every address of the site: the pages' own table of routes, and nothing beside it; and who answers when all fails."""

from __future__ import annotations

from guanhu.web.routes import urlpatterns as urlpatterns

handler500 = "guanhu.web.failures.failed"
