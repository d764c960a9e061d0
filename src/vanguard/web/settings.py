"""Django's settings, all from the environment: see the names below and `docs/guide`.

VANGUARD_HOME         the place's folder
VANGUARD_DATABASE_URL postgresql://… instead of SQLite in that folder
VANGUARD_SECRET_KEY   what signs cookies; needed unless it is a demo place
VANGUARD_AUDIT_KEY, VANGUARD_PSEUDONYM_KEY and VANGUARD_PUBLISH_KEY: see `docs/cryptography.md`
VANGUARD_DEMO         1: a demo place, with local accounts, plain http and a generated key
VANGUARD_HOSTS        the names it is served under, with commas
VANGUARD_PROXIES      how many proxies of the place's own stand in front of it: 1, and 0 in a demo place
VANGUARD_LIMITS       requests a minute where the usual ones do not fit: search=30,api=20000 (see `docs/limits`)
VANGUARD_SIGN_IN_…    the secret or private key for each provider of the place's sign_in.yaml: see `docs/sign-in.md`
"""

import os
from pathlib import Path

from vanguard.access.secrets import secret_key
from vanguard.console import home
from vanguard.programme.installation import is_programme
from vanguard.web.databases import database
from vanguard.web.environment import whole_number
from vanguard.web.limits import read_limits

PLACE = home()
# What SQLite puts aside while it works stays in the place too. Read when the first connection is made.
os.environ.setdefault("SQLITE_TMPDIR", str(PLACE))
DEMO = os.environ.get("VANGUARD_DEMO") == "1"
DEBUG = False
SECRET_KEY = secret_key(PLACE, demo=DEMO)
ALLOWED_HOSTS = os.environ.get("VANGUARD_HOSTS", "127.0.0.1,localhost,[::1]").split(",")

INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.staticfiles",
    "vanguard.directory",
    "vanguard.access",
    "vanguard.know.record",
    "vanguard.care.beds",
    "vanguard.care.roster",
    "vanguard.care.outbox",
    "vanguard.care.hub",
    "vanguard.care.team",
    "vanguard.learn.board",
    "vanguard.learn.ahead",
    "vanguard.programme",
    "vanguard.web",
]
MIDDLEWARE = [
    "vanguard.web.headers.HeadersMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "vanguard.access.middleware.SignedInMiddleware",
    "vanguard.web.limits.LimitsMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "vanguard.web.views.errors.UnavailableMiddleware",
]
CSRF_FAILURE_VIEW = "vanguard.web.views.errors.form_too_old"
# A programme holds no persons: it has the pages of its own tables, and none of a place's.
PROGRAMME = is_programme(PLACE)
ROOT_URLCONF = "vanguard.web.programme_urls" if PROGRAMME else "vanguard.web.urls"
WSGI_APPLICATION = "vanguard.web.wsgi.application"

DATABASES = {"default": database(PLACE, os.environ.get("VANGUARD_DATABASE_URL", ""))}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

WEB = Path(__file__).parent
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.jinja2.Jinja2",
        "APP_DIRS": True,
        "OPTIONS": {
            "environment": "vanguard.web.jinja.environment",
            "context_processors": ["vanguard.web.jinja.one_token"],
        },
    }
]

# Forms here are short, and but for one page of a programme none takes a file: `web.uploads` refuses one that is sent
# anyway. What is taken is never put on the disk.
DATA_UPLOAD_MAX_MEMORY_SIZE = 256 * 1024
DATA_UPLOAD_MAX_NUMBER_FIELDS = 100
DATA_UPLOAD_MAX_NUMBER_FILES = 1
FILE_UPLOAD_MAX_MEMORY_SIZE = 20_100_000
FILE_UPLOAD_HANDLERS = ["vanguard.web.uploads.OneFile"]

LIMITS = read_limits(os.environ.get("VANGUARD_LIMITS", ""))
PROXIES = whole_number("VANGUARD_PROXIES", 0 if DEMO else 1)

LANGUAGE_CODE = "en-gb"
TIME_ZONE = "Europe/London"
USE_TZ = True

STATIC_URL = "/static/"
STATICFILES_DIRS = [WEB / "static"] if (WEB / "static").is_dir() else []
# Files are served from where they are: no collecting, so that a clone runs as it is.
WHITENOISE_USE_FINDERS = True
WHITENOISE_AUTOREFRESH = False

# Local accounts are for demo places only: a real one signs its people in with its own provider.
AUTH_USER_MODEL = "access.User"
AUTHENTICATION_BACKENDS = ["django.contrib.auth.backends.ModelBackend"] if DEMO else []
PASSWORD_HASHERS = ["django.contrib.auth.hashers.ScryptPasswordHasher"]
LOGIN_URL = "sign-in"
LOGIN_REDIRECT_URL = "home"

# A session's row names its user, so that one query answers who is asking. How long it lasts is in the policy.
SESSION_ENGINE = "vanguard.access.sessions"
# Under these names a browser takes a cookie from this very host over https alone.
SESSION_COOKIE_NAME = "sessionid" if DEMO else "__Host-sessionid"
CSRF_COOKIE_NAME = "csrftoken" if DEMO else "__Host-csrftoken"
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_SECURE = not DEMO
CSRF_COOKIE_SECURE = not DEMO
CSRF_COOKIE_HTTPONLY = True
CSRF_COOKIE_SAMESITE = "Lax"
SECURE_SSL_REDIRECT = not DEMO
SECURE_HSTS_SECONDS = 0 if DEMO else 365 * 24 * 60 * 60
SECURE_HSTS_INCLUDE_SUBDOMAINS = not DEMO
# That browsers know the name before they first come is for whoever owns the whole domain to ask.
SILENCED_SYSTEM_CHECKS = ["security.W021"]
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if not DEMO else None
SECURE_REFERRER_POLICY = "same-origin"

# Nothing logged may hold a person's data: routes instead of paths, tracebacks without their values.
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"plain": {"()": "vanguard.access.logs.PlainFormatter"}},
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "plain"}},
    "root": {"handlers": ["console"], "level": "WARNING"},
    "loggers": {"django": {"handlers": ["console"], "level": "WARNING", "propagate": False}},
}
