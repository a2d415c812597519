"""The site as a WSGI application, for granian or any other server."""

from __future__ import annotations

import os

from django.core.wsgi import get_wsgi_application

from guanhu.cli.outgoing import only_peers
from guanhu.config.memory import settle

only_peers()
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "guanhu.config.settings")
application = get_wsgi_application()
settle()
