"""Every setting of the product, read from the environment; a setting that makes no sense stops the start.

GUANHU_VAR        the bank's folder (database, lake, secrets); ./var
DATABASE_URL      the bank's own PostgreSQL, for the pages; without it the embedded one in GUANHU_VAR
DATABASE_NIGHT_URL, DATABASE_OWNER_URL  the same database for the night and for migrations (cli/sql/roles.sql)
GUANHU_LOGIN      as whom this process connects: app, night or owner; the commands choose by themselves; app
GUANHU_SECRET_KEY the key of sessions and forms; without it drawn once into GUANHU_VAR/secret/web.key
GUANHU_HOSTS      the names this site answers to, with commas; localhost
GUANHU_HTTPS      1 behind TLS: cookies and redirects for https only
GUANHU_RELAYS     addresses of the bank's own relays before this site, with commas; only they may name another; none
GUANHU_PEERS      the only machines the pages and the night may call, host:port with commas; none
GUANHU_LOG        the least level of the log: debug, info, warning, error; info
GUANHU_ANCHORS    the file of the trail's seals, best on another machine or on media written once, the public key beside
                  it; GUANHU_VAR/anchors/seals.jsonl
"""

from __future__ import annotations

import os
from pathlib import Path

from csp.constants import NONE, SELF
from django.utils import timezone

from guanhu.cli.database import database
from guanhu.cli.numbers import policy_in
from guanhu.cli.places import anchors_file, private_folder, secret, var_folder
from guanhu.cli.version import VERSION as VERSION
from guanhu.config.logs import configure_logs

BASE = Path(__file__).resolve().parents[1]


def _flag(name: str) -> bool:
    value = os.environ.get(name, "0")
    if value not in {"0", "1"}:
        raise SystemExit(f"{name} 只能是 0 或 1，现为 {value!r}")
    return value == "1"


# ---------------------------------------------------------------- the bank's folder and its secrets

GUANHU_VAR = var_folder()
GUANHU_LAKE = GUANHU_VAR / "lake"
GUANHU_POLICY = policy_in(GUANHU_VAR)
_SECRETS = GUANHU_VAR / "secret"
private_folder(_SECRETS)
GUANHU_LAKE_KEY = secret(_SECRETS / "lake.key")
GUANHU_SECRETS = _SECRETS
if not any(_SECRETS.glob("seal*.key")):
    secret(_SECRETS / "seal.key")
secret(_SECRETS / "hash.key")
GUANHU_TRAIL_KEY = secret(_SECRETS / "trail.key")
GUANHU_NOW = timezone.now
GUANHU_ANCHORS = anchors_file(GUANHU_VAR)
SECRET_KEY = os.environ.get("GUANHU_SECRET_KEY") or secret(_SECRETS / "web.key", 48).hex()
if len(SECRET_KEY) < 50:
    raise SystemExit("GUANHU_SECRET_KEY 至少 50 个字符")

# ---------------------------------------------------------------- the site

DEBUG = False
HTTPS = _flag("GUANHU_HTTPS")
GUANHU_RELAYS = frozenset(each.strip() for each in os.environ.get("GUANHU_RELAYS", "").split(",") if each.strip())
ALLOWED_HOSTS = os.environ.get("GUANHU_HOSTS", "localhost,127.0.0.1,[::1]").split(",")
ROOT_URLCONF = "guanhu.config.urls"
WSGI_APPLICATION = "guanhu.config.wsgi.application"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
    "django_htmx",
    "csp",
    "axes",
    "guanhu.apps.audit",
    "guanhu.apps.people",
    "guanhu.apps.catalog",
    "guanhu.apps.customers",
    "guanhu.apps.portfolio",
    "guanhu.apps.work",
    "guanhu.web",
]

MIDDLEWARE = [
    "guanhu.config.clock.Clock",
    "guanhu.config.logs.RequestLog",
    # what sets headers stands outside what may answer or fail
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "guanhu.config.headers.OwnContent",
    "django_permissions_policy.PermissionsPolicyMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "guanhu.config.headers.NotKept",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "axes.middleware.AxesMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
]

TEMPLATES = [
    {
        "BACKEND": "guanhu.web.drawing.Jinja2",
        "NAME": "jinja2",
        "DIRS": [BASE / "web" / "templates"],
        "APP_DIRS": False,
        "OPTIONS": {
            "environment": "guanhu.web.drawing.environment",
            "context_processors": ["guanhu.web.drawing.token"],
        },
    },
]

# ---------------------------------------------------------------- files that come with a form

FILE_UPLOAD_HANDLERS = ["guanhu.web.uploads.InMemory"]  # never into a folder
DATA_UPLOAD_MAX_NUMBER_FILES = 1

# ---------------------------------------------------------------- the database

DATABASES = {
    "default": {
        "ENGINE": "guanhu.config.postgresql",
        "CONN_MAX_AGE": 600,
        "CONN_HEALTH_CHECKS": True,
        **database(GUANHU_VAR, os.environ.get("GUANHU_LOGIN", "app")),
    }
}

# ---------------------------------------------------------------- people and sessions

AUTH_USER_MODEL = "people.Staff"
LOGIN_URL = "/login"
AXES_HANDLER = "guanhu.apps.people.signing.handler.Handler"
AXES_COOLOFF_TIME = "guanhu.apps.people.signing.handler.cool_off"
AXES_LOCKOUT_PARAMETERS = ["username", "ip_address"]
AXES_LOCKOUT_CALLABLE = "guanhu.web.door.as_answered"
AXES_USERNAME_FORM_FIELD = "username"
AXES_USERNAME_CALLABLE = "guanhu.apps.people.signing.handler.name_of"
AXES_CLIENT_IP_CALLABLE = "guanhu.web.door.address_of"
AXES_SENSITIVE_PARAMETERS = ["username", "ip_address", "staff_no", "next", "code", "csrfmiddlewaretoken"]
AXES_RESET_ON_SUCCESS = True
AXES_RESET_COOL_OFF_ON_FAILURE_DURING_LOCKOUT = False
AXES_DISABLE_ACCESS_LOG = True  # the trail tells who signed in
AXES_VERBOSE = AXES_ENABLE_ADMIN = False
PASSWORD_HASHERS = [
    "django.contrib.auth.hashers.Argon2PasswordHasher",
    "django.contrib.auth.hashers.PBKDF2PasswordHasher",
]
AUTHENTICATION_BACKENDS = ["axes.backends.AxesStandaloneBackend", "guanhu.apps.people.signing.handler.StaffBackend"]
AUTH_PASSWORD_VALIDATORS: list[dict[str, object]] = []  # the bank's own rules: rules/passwords.py
SESSION_ENGINE = "guanhu.apps.people.signing.store"
SESSION_COOKIE_AGE = (GUANHU_POLICY.session_hours + 12) * 3600  # outlives the session, to say why it ended
SESSION_EXPIRE_AT_BROWSER_CLOSE = True
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Strict"
SESSION_COOKIE_NAME = "__Host-guanhu_session" if HTTPS else "guanhu_session"
CSRF_COOKIE_NAME = "__Host-guanhu_csrf" if HTTPS else "guanhu_csrf"
CSRF_COOKIE_SAMESITE = "Strict"
CSRF_COOKIE_HTTPONLY = True
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = SECURE_SSL_REDIRECT = HTTPS
SECURE_HSTS_SECONDS = 31_536_000 if HTTPS else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = HTTPS
SILENCED_SYSTEM_CHECKS = ["security.W021"]  # preload lists are for public sites
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if HTTPS else None

# ---------------------------------------------------------------- what the browser may do

X_FRAME_OPTIONS = "DENY"
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF],
        "style-src": [SELF],
        "img-src": [SELF],
        "font-src": [SELF],
        "connect-src": [SELF],
        "manifest-src": [SELF],
        "form-action": [SELF],
        "base-uri": [NONE],
        "frame-ancestors": [NONE],
        "object-src": [NONE],
    }
}
PERMISSIONS_POLICY: dict[str, list[str]] = {
    name: [] for name in ("camera", "geolocation", "microphone", "payment", "usb", "display-capture")
}

# ---------------------------------------------------------------- static files, words, time

STATIC_URL = "/static/"
STATIC_ROOT = Path(os.environ.get("GUANHU_STATIC") or GUANHU_VAR / "static")
STATIC_ROOT.mkdir(parents=True, exist_ok=True)
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"},
}
LANGUAGE_CODE = "zh-hans"
LANGUAGES = [("zh-hans", "中文"), ("en", "English")]
LANGUAGE_COOKIE_NAME = "guanhu_language"
LOCALE_PATHS = [BASE / "locale"]
USE_I18N = True
TIME_ZONE = "Asia/Shanghai"
USE_TZ = True

LOGGING_CONFIG = None
configure_logs(os.environ.get("GUANHU_LOG", "info"))
