"""All settings, from the environment; docs/settings.md lists every variable.

`ENVIRONMENT=production` refuses to start without a secret, allowed hosts and a real database.
Anything else is a development or demo installation, which makes its own secret and runs the
embedded PostgreSQL when DATABASE_URL is not set.
"""

import os
from hashlib import sha256
from pathlib import Path
from urllib.parse import urlsplit
from zoneinfo import available_timezones

from csp.constants import NONE, SELF
from django.core.exceptions import ImproperlyConfigured
from django.utils.translation import gettext_lazy as _
from environs import Env, EnvError

from . import cache_server, database, mail_server, media_store
from .environment import number, switch
from .roles import ROLES
from .secret import development_secret
from .watch import logs, sentry, working

BASE_DIR = Path(__file__).resolve().parent.parent

env = Env()


def _read(parse, name, *args):
    """One variable, or one clear sentence about what is wrong with it."""
    try:
        return parse(name, *args)
    except EnvError as error:
        what = str(error).rpartition("invalid: ")[2]
        raise ImproperlyConfigured(
            f"The environment variable {name} cannot be used: {what}"
        ) from None


def is_web_address(text):
    """Whether something can be asked there: http or https, a host, a port that is one, and no password."""
    try:
        parts = urlsplit(text)
        has_port = parts.port != 0
    except ValueError:
        return False
    is_plain = text.isascii() and text.isprintable() and " " not in text and "@" not in parts.netloc
    return parts.scheme in {"http", "https"} and bool(parts.hostname) and has_port and is_plain


def _require(name, value, what):
    if not value:
        raise ImproperlyConfigured(f"Production needs {what}: set {name}.")
    return value


ENVIRONMENT = _read(env.str, "ENVIRONMENT", "development")
if ENVIRONMENT not in {"development", "production"}:
    raise ImproperlyConfigured(
        f"ENVIRONMENT is “{ENVIRONMENT}”; it is “development” or “production”."
    )
IS_PRODUCTION = ENVIRONMENT == "production"
DEBUG = switch("DEBUG", False)
# The demo has accounts with printed passwords; in every other installation they are dead.
DEMO = switch("DEMO", False)
if IS_PRODUCTION and (DEBUG or DEMO):
    raise ImproperlyConfigured("Production runs with neither DEBUG nor DEMO.")

VAR_DIR = database.var_dir(BASE_DIR, os.environ)

SECRET_KEY = _read(env.str, "SECRET_KEY", "")
# Earlier ones, which still open what they signed.
SECRET_KEY_FALLBACKS = [
    key.strip() for key in _read(env.list, "SECRET_KEY_FALLBACKS", []) if key.strip()
]
ALLOWED_HOSTS = _read(env.list, "ALLOWED_HOSTS", [] if IS_PRODUCTION else ["*"])
if IS_PRODUCTION:
    _require("SECRET_KEY", SECRET_KEY, "a secret of at least 50 random characters")
    _require("ALLOWED_HOSTS", ALLOWED_HOSTS, "the host names that it answers to")
    _require("DATABASE_URL", os.environ.get("DATABASE_URL"), "a PostgreSQL database")
    _require(
        "SITE_URL", os.environ.get("SITE_URL"), "its own address, such as https://kabar.example"
    )
    if len(SECRET_KEY) < 50:
        raise ImproperlyConfigured(
            "SECRET_KEY is too short: production needs 50 characters or more."
        )
    # Who watches over it asks on the machine itself. No address is ever made of a request's host.
    ALLOWED_HOSTS += ["127.0.0.1", "localhost", "[::1]"]
elif not SECRET_KEY:
    try:
        SECRET_KEY = development_secret(VAR_DIR)
    except OSError as error:
        raise ImproperlyConfigured(f"VAR_DIR {VAR_DIR} cannot be used: {error.strerror}.") from None

# Absolute addresses (feeds, sitemaps, cards) come from here and never from a request's header.
SITE_URL = _read(env.str, "SITE_URL", f"http://127.0.0.1:{os.environ.get('PORT') or 8000}").rstrip(
    "/"
)
if not SITE_URL.startswith(("http://", "https://")):
    raise ImproperlyConfigured(f"SITE_URL is “{SITE_URL}”; it begins with https:// or http://.")
CSRF_TRUSTED_ORIGINS = [SITE_URL]
# How many proxies of our own stand before us; only what they wrote into X-Forwarded-For is believed.
TRUSTED_PROXIES = number("TRUSTED_PROXIES", 0, 0, 100)

DATABASES = {"default": database.settings_for(os.environ, VAR_DIR)}
# A server that follows it, from which pages are read that are the same for everybody (pagecache/replica).
if _replica := database.replica_for(os.environ):
    DATABASES["replica"] = _replica
    DATABASE_ROUTERS = ["pagecache.replica.router.Router"]
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

INSTALLED_APPS = [
    "newsroom",
    "comments",
    "ads",
    "newsletter",
    "replies",
    "articles",
    "accounts",
    "auditlog",
    "pagecache",
    "newsroom.desk_config.DeskConfig",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.postgres",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "taggit",
    "django_prose_editor",
    "procrastinate.contrib.django",
    "csp",
]

MIDDLEWARE = [
    "newsroom.middleware.ViewNameMiddleware",
    "newsroom.middleware.AskingMiddleware",
    "newsroom.middleware.PermissionsPolicyMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "csp.middleware.CSPMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "newsroom.middleware.DeskLanguageMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "allauth.account.middleware.AccountMiddleware",
]

# What of it concerns pages that are the same for everybody (newsroom/pages.py).
PAGE_MIDDLEWARE = [
    "newsroom.middleware.ViewNameMiddleware",
    "newsroom.middleware.PermissionsPolicyMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "newsroom.middleware.PagePolicyMiddleware",
    "django.middleware.common.CommonMiddleware",
]

ROOT_URLCONF = "newsroom.urls"
WSGI_APPLICATION = "newsroom.wsgi.application"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
            ],
        },
    },
]

AUTH_USER_MODEL = "accounts.User"
AUTHENTICATION_BACKENDS = ["accounts.backends.DemoAwareBackend"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {
        "NAME": "django.contrib.auth.password_validation.MinimumLengthValidator",
        "OPTIONS": {"min_length": 12},
    },
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]
LOGIN_URL = "admin:login"
LOGIN_REDIRECT_URL = "admin:index"
CSRF_FAILURE_VIEW = "newsroom.failures.csrf_failure"
SESSION_ENGINE = "accounts.sessions"

# Staff sign in by password and, in these roles, a second factor; docs/decisions/0035. Not the reporter: what one writes
# goes through an editor's hands, live coverage through one that an editor has opened.
SECOND_FACTOR_ROLES = frozenset(
    role.strip()
    for role in _read(
        env.list, "SECOND_FACTOR_ROLES", ["administrator", *(ROLES.keys() - {"reporter"})]
    )
) - {"", "none"}
if _unknown := sorted(SECOND_FACTOR_ROLES - ROLES.keys() - {"administrator"}):
    raise ImproperlyConfigured(
        f"SECOND_FACTOR_ROLES names “{_unknown[0]}”; roles are administrator, {', '.join(ROLES)}, or “none”."
    )
MFA_ADAPTER = "accounts.factor_adapter.FactorAdapter"
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]

# Readers sign in by a code in an e-mail; docs/decisions/0010. Staff keep their password.
CODE_MINUTES = 15
ACCOUNT_ADAPTER = "accounts.adapter.ReaderAdapter"
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*"]
ACCOUNT_FORMS = {
    "login": "accounts.code_forms.EmailForm",
    "confirm_login_code": "accounts.code_forms.LoginCodeForm",
    "confirm_email_verification_code": "accounts.code_forms.SignUpCodeForm",
    "signup": "comments.reader_forms.SignUpForm",
}
ACCOUNT_PREVENT_ENUMERATION = True
ACCOUNT_EMAIL_SUBJECT_PREFIX = ""
ACCOUNT_EMAIL_VERIFICATION = "mandatory"
ACCOUNT_EMAIL_VERIFICATION_BY_CODE_ENABLED = True
ACCOUNT_EMAIL_VERIFICATION_BY_CODE_TIMEOUT = CODE_MINUTES * 60
ACCOUNT_EMAIL_VERIFICATION_SUPPORTS_RESEND = True
ACCOUNT_LOGIN_BY_CODE_TIMEOUT = CODE_MINUTES * 60
ACCOUNT_LOGIN_BY_CODE_SUPPORTS_RESEND = True
ACCOUNT_LOGIN_TIMEOUT = CODE_MINUTES * 60
# Six figures are what a phone offers to fill in. Three tries for each code and twenty codes a day
# leave a guesser sixty of a million; accounts/tries.py counts them.
ALLAUTH_USER_CODE_FORMAT = {"numeric": True, "length": 6, "dashed": False}
ACCOUNT_RATE_LIMITS = {
    # Only forms that ask for a code count; a refused name does not.
    "signup": None,
    "sign_up_code": "20/m/ip",
    "request_login_code": "20/m/ip,5/10m/key,20/d/key",
    "confirm_email": "5/10m/key,20/d/key",
    # The newsletter's form, and the letters that it has written to one address.
    "newsletter_form": "20/m/ip,200/d/ip",
    "newsletter_letter": "3/h/key,6/d/key",
    # Requests for a right of reply, the letters to one address, and looks at how one stands.
    "reply_form": "5/h/ip,20/d/ip",
    "reply_letter": "5/d/key",
    "reply_status": "20/10m/ip",
    # Trials of an issue that an editor has sent to herself.
    "newsletter_trial": "5/10m/key,40/d/key",
}
ALLAUTH_TRUSTED_PROXY_COUNT = TRUSTED_PROXIES
# A Valkey or Redis server for cache and sessions; without one both are in the database alone.
CACHE_URL = _read(env.str, "CACHE_URL", "").strip()
CACHES = cache_server.settings_for(CACHE_URL, prefix=sha256(SITE_URL.encode()).hexdigest()[:12])
if CACHE_URL:
    SESSION_ENGINE = "accounts.cached_sessions"
    MIDDLEWARE[MIDDLEWARE.index("django.contrib.auth.middleware.AuthenticationMiddleware")] = (
        "accounts.cached_sessions.AccountMiddleware"
    )

# Every letter goes through the outbox; without EMAIL_URL it stays there.
EMAIL_BACKEND = "newsroom.mail.OutboxBackend"
globals().update(mail_server.settings_for(_read(env.str, "EMAIL_URL", "")))
_host = urlsplit(SITE_URL).hostname
DEFAULT_FROM_EMAIL = _read(env.str, "DEFAULT_FROM_EMAIL", "") or f"noreply@{_host}"
# The daily newsletter: from whom, and how many letters a minute the mail server is asked to take.
NEWSLETTER_FROM_EMAIL = _read(env.str, "NEWSLETTER_FROM_EMAIL", "") or DEFAULT_FROM_EMAIL
NEWSLETTER_A_MINUTE = number("NEWSLETTER_A_MINUTE", 300, 6, 60_000)
SERVER_EMAIL = _read(env.str, "SERVER_EMAIL", "") or DEFAULT_FROM_EMAIL

# The publication's language and clock. Each story prints the clock of its own place.
LANGUAGE_CODE = _read(env.str, "LANGUAGE_CODE", "id")
LANGUAGES = [("id", _("Indonesian")), ("en", _("English"))]
if LANGUAGE_CODE not in dict(LANGUAGES):
    raise ImproperlyConfigured(f"LANGUAGE_CODE is “{LANGUAGE_CODE}”; it is “id” or “en”.")
LOCALE_PATHS = [BASE_DIR / "locale"]
FORMAT_MODULE_PATH = ["newsroom.formats"]
USE_TZ = True
TIME_ZONE = _read(env.str, "TIME_ZONE", "Asia/Makassar")
if TIME_ZONE not in available_timezones():
    raise ImproperlyConfigured(f"TIME_ZONE is “{TIME_ZONE}”; it is a name such as Asia/Makassar.")

# How old what is sold may be in the memory of a process; with CACHE_SECONDS in ads/rotation.py it makes the
# 30 s after which a stopped flight is on no page. 0 reads the database at every question.
ROTATION_SECONDS = 4

# How many messages of browsers wait on this machine while the database is away (ads/spool.py).
TOLD_WAITING = number("TOLD_WAITING", 100_000, 0, 10_000_000)

# What is kept how long: all periods. newsroom/retention/table.py says what each is of, why, and who lets go of it.
# The events that browsers told; what was made of them stays.
EVENTS_KEPT_DAYS = number("EVENTS_KEPT_DAYS", 35, 3, 3660)
# Fingerprints of the networks that comments came from.
COMMENT_NETWORKS_KEPT_DAYS = number("COMMENT_NETWORKS_KEPT_DAYS", 30, 1, 366)
# The proof that somebody had agreed to the newsletter, after they left; and which letter went where.
NEWSLETTER_PROOFS_KEPT_DAYS = number("NEWSLETTER_PROOFS_KEPT_DAYS", 365, 1, 3660)
NEWSLETTER_DELIVERIES_KEPT_DAYS = number("NEWSLETTER_DELIVERIES_KEPT_DAYS", 90, 2, 3660)
# Letters of the outbox, sent or not: longer than any is tried again.
LETTERS_KEPT_DAYS = number("LETTERS_KEPT_DAYS", 14, 3, 366)
# Texts that nobody saved, on the server and in browsers; saves that came too late and wait for their writer's choice.
UNSAVED_TEXTS_KEPT_DAYS = number("UNSAVED_TEXTS_KEPT_DAYS", 14, 1, 366)
LATE_SAVES_KEPT_DAYS = number("LATE_SAVES_KEPT_DAYS", 90, 7, 3660)
# Parts of photos that nobody went on sending.
UPLOADS_KEPT_HOURS = number("UPLOADS_KEPT_HOURS", 72, 1, 720)
# Ended jobs with their events, and failed ones, so that somebody sees them.
JOBS_KEPT_DAYS = number("JOBS_KEPT_DAYS", 3, 1, 366)
FAILED_JOBS_KEPT_DAYS = number("FAILED_JOBS_KEPT_DAYS", 30, 1, 366)
# What is personal in requests for a right of reply, once they are closed: five years.
REPLY_REQUESTS_KEPT_DAYS = number("REPLY_REQUESTS_KEPT_DAYS", 1826, 30, 36_600)
# The audit log: five years.
AUDIT_LOG_KEPT_DAYS = number("AUDIT_LOG_KEPT_DAYS", 1826, 90, 36_600)

# The browser that takes pictures of advertisements as they run; empty: whichever is found (ads/proofs.py).
CHROMIUM = _read(env.str, "CHROMIUM", "")

# Megabytes for pages and their parts: in the memory of each process, and on the disk for all. 0 keeps none.
PAGE_CACHE_MB = number("PAGE_CACHE_MB", 48, 0, 1_000_000)
if _replica and not PAGE_CACHE_MB:
    raise ImproperlyConfigured(
        "DATABASE_REPLICA_URL needs the page cache, which knows what a replica has to have: PAGE_CACHE_MB is 0."
    )
PAGE_CACHE_DISK_MB = number("PAGE_CACHE_DISK_MB", 512, 0, 1_000_000)
# Whether whole pages are kept, or only their parts: for measuring what a page costs that is not kept.
PAGE_CACHE_PAGES = switch("PAGE_CACHE_PAGES", True)
# What stands in front may keep pages for so long, while somebody tells it what changed (pagecache/edge.py).
EDGE_SECONDS = number("EDGE_SECONDS", 0, 0, 86_400)
# Where `manage.py tell_edge` says what changed; the only address that it ever asks.
EDGE_PURGE_URL = _read(env.str, "EDGE_PURGE_URL", "")
if EDGE_PURGE_URL and not is_web_address(EDGE_PURGE_URL):
    raise ImproperlyConfigured(
        "EDGE_PURGE_URL cannot be used: it is an http or https address without a password,"
        " such as http://127.0.0.1:6081/."
    )
# Backups are sealed for the holder of the private key (newsroom/backup); empty: they are not sealed.
BACKUP_PUBLIC_KEY = _read(env.str, "BACKUP_PUBLIC_KEY", "").strip()
# Of how many days, weeks and months one backup stays; the newest good one stays in any case.
BACKUPS_KEPT_DAILY = number("BACKUPS_KEPT_DAILY", 7, 0, 3660)
BACKUPS_KEPT_WEEKLY = number("BACKUPS_KEPT_WEEKLY", 5, 0, 520)
BACKUPS_KEPT_MONTHLY = number("BACKUPS_KEPT_MONTHLY", 12, 0, 120)
# Folders whose files decide how a page looks.
PAGE_CACHE_CODE = (
    *(
        "accounts",
        "ads",
        "articles",
        "auditlog",
        "comments",
        "newsletter",
        "newsroom",
        "pagecache",
        "replies",
    ),
    *("locale", "static", "templates"),
)

# The hub that is told when feeds have changed (articles/websub.py); empty: none.
WEBSUB_HUB = _read(env.str, "WEBSUB_HUB", "")
if WEBSUB_HUB and not is_web_address(WEBSUB_HUB):
    raise ImproperlyConfigured(
        "WEBSUB_HUB cannot be used: it is an http or https address without a password."
    )

# Whether browsers keep the last stories that were read on them (static/site/worker.js); off takes the worker away.
SERVICE_WORKER = switch("SERVICE_WORKER", True)

STATIC_URL = "/static/"
STATIC_ROOT = VAR_DIR / "static"
STATICFILES_DIRS = [BASE_DIR / "static"]
MEDIA_URL = "/media/"
MEDIA_ROOT = VAR_DIR / "media"
# Photos that are not complete yet (articles/uploads.py): outside of what is served.
UPLOADS_ROOT = VAR_DIR / "uploads"
UPLOADS_MB_A_PERSON = number("UPLOADS_MB_A_PERSON", 400, 80, 100_000)
# A bucket of an S3-compatible store in the place of MEDIA_ROOT; pages name its files by MEDIA_URL all the same.
MEDIA_STORE = _read(env.str, "MEDIA_STORE", "").strip()
STORAGES = {
    "default": media_store.settings_for(
        MEDIA_STORE,
        {
            name: _read(env.str, name, "").strip()
            for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY")
        },
    ),
    "staticfiles": {
        "BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"
        if DEBUG
        else "newsroom.static_files.ShortStaticFiles"
    },
}
WHITENOISE_USE_FINDERS = DEBUG
# Twenty photos from a phone at once; each file's own limit stands in articles/photos.py.
DATA_UPLOAD_MAX_NUMBER_FIELDS = 3000
# Files apart: a very long story with a very long register. articles/forms bounds the text itself.
DATA_UPLOAD_MAX_MEMORY_SIZE = 20 * 1024 * 1024
DATA_UPLOAD_MAX_NUMBER_FILES = 40

TAGGIT_CASE_INSENSITIVE = True
TAGGIT_STRIP_UNICODE_WHEN_SLUGIFYING = True

SESSION_COOKIE_SAMESITE = "Lax"
CSRF_COOKIE_SAMESITE = "Lax"
CSRF_COOKIE_HTTPONLY = True
SECURE_REFERRER_POLICY = "strict-origin-when-cross-origin"
X_FRAME_OPTIONS = "DENY"
_ssl_redirect = switch("SECURE_SSL_REDIRECT", True)
_hsts_seconds = number("SECURE_HSTS_SECONDS", 365 * 24 * 3600, 0, 2_147_483_647)
if IS_PRODUCTION:
    SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = True
    SECURE_SSL_REDIRECT = _ssl_redirect
    SECURE_REDIRECT_EXEMPT = [r"^(healthz|readyz|metrics)$"]
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
    SECURE_HSTS_SECONDS = _hsts_seconds
    SECURE_HSTS_INCLUDE_SUBDOMAINS = True
    SECURE_HSTS_PRELOAD = True

# What each answer says is in one table: tests/attacks/test_headers.py. No `unsafe-*` anywhere, and no hash or nonce
# either, since no page has a script or a style in it. Views only take away from it, but for the frames of a story's
# own embeds (articles/views/story.py) and the pictures of the desk (newsroom/desk.py).
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF],
        "style-src": [SELF],
        "img-src": [SELF],
        "font-src": [SELF],
        "connect-src": [SELF],
        "manifest-src": [SELF],
        "worker-src": [SELF],
        "base-uri": [NONE],
        "form-action": [SELF],
        "frame-ancestors": [NONE],
    }
}
# What no page of ours asks for, so that no frame in it can either. Films in frames need fullscreen and the like, and
# get them from the frame (static/site/elements.js); the desk copies to the clipboard and keeps a screen awake.
FORBIDDEN_FEATURES = (
    *("accelerometer", "camera", "display-capture", "geolocation", "gyroscope", "hid"),
    *("idle-detection", "local-fonts", "magnetometer", "microphone", "midi", "payment", "serial"),
    *("usb", "xr-spatial-tracking"),
    # What browsers offer to advertising: nothing about our readers is told to anybody.
    *("attribution-reporting", "browsing-topics", "join-ad-interest-group", "run-ad-auction"),
)
# Not where the web server in front says it of our pages, as the shipped nginx does.
SEND_PERMISSIONS_POLICY = switch("SEND_PERMISSIONS_POLICY", True)

# Each job's number is in its log lines, and why it failed is written down (newsroom/watch/working.py).
PROCRASTINATE_WORKER_DEFAULTS = {
    "worker_middleware": [working.name_job],
    "task_middleware": [working.note_failure],
}

# Since when a job may be due before /readyz and the desk say that it is late; free megabytes that they ask for.
JOBS_LATE_SECONDS = number("JOBS_LATE_SECONDS", 900, 30, 604_800)
DISK_FREE_MB = number("DISK_FREE_MB", 500, 0, 10_000_000)
# Who shows it as `Authorization: Bearer` reads /metrics and the details of /readyz from another machine.
METRICS_TOKEN = _read(env.str, "METRICS_TOKEN", "").strip()
if METRICS_TOKEN and not (
    len(METRICS_TOKEN) >= 20 and METRICS_TOKEN.isascii() and METRICS_TOKEN.isprintable()
):
    raise ImproperlyConfigured(
        "METRICS_TOKEN cannot be used: it is 20 characters or more, without accents."
    )

LOG_FORMAT = _read(env.str, "LOG_FORMAT", "") or "line"
if LOG_FORMAT not in logs.FORMATS:
    raise ImproperlyConfigured(f"LOG_FORMAT is “{LOG_FORMAT}”; it is “line” or “json”.")
LOG_LEVEL = (_read(env.str, "LOG_LEVEL", "") or "WARNING").upper()
if LOG_LEVEL not in logs.LEVELS:
    raise ImproperlyConfigured(
        f"LOG_LEVEL is “{LOG_LEVEL}”; it is one of {', '.join(logs.LEVELS)}."
    )

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    # Whoever asks in a way that an address does not know is told so; that is no fault of ours.
    "filters": {
        "not_405": {
            "()": "django.utils.log.CallbackFilter",
            "callback": lambda record: getattr(record, "status_code", None) != 405,
        }
    },
    "formatters": {
        "line": {
            "()": "newsroom.watch.logs.LineFormatter",
            "format": "%(asctime)s %(levelname)s %(name)s%(unit)s: %(message)s",
        },
        "json": {"()": "newsroom.watch.logs.JSONFormatter"},
    },
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": LOG_FORMAT}},
    "root": {"handlers": ["console"], "level": LOG_LEVEL},
    "loggers": {
        # Django's own, which would write some lines past the formatters, and mail others.
        "django": {"handlers": [], "level": "NOTSET"},
        "django.server": {"handlers": [], "level": "NOTSET", "propagate": True},
        # Its lines are statements with their values.
        "django.db.backends": {"level": "INFO"},
        "django.request": {"filters": ["not_405"]},
    },
}

# Faults are told to Sentry too, where somebody wants that (newsroom/watch/sentry.py).
SENTRY_DSN = _read(env.str, "SENTRY_DSN", "").strip()
if SENTRY_DSN and not sentry.is_dsn(SENTRY_DSN):
    raise ImproperlyConfigured(
        "SENTRY_DSN cannot be used: it is an address such as https://key@sentry.example/1."
    )
if SENTRY_DSN and not sentry.is_installed():
    raise ImproperlyConfigured(
        "SENTRY_DSN is set, but sentry-sdk is not installed: install requirements/sentry.lock, or take SENTRY_DSN away."
    )
