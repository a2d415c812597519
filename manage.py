"""Django's own commands on this product's settings; the product's commands are ``./do`` and ``guanhu``."""

import os
import sys

if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "guanhu.config.settings")
    from django.core.management import execute_from_command_line

    execute_from_command_line(sys.argv)
