"""Every address of the site: the pages' own table of routes, and nothing beside it."""

from __future__ import annotations

from guanhu.web.routes import urlpatterns as urlpatterns
