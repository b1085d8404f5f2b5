"""The settings of a test run: the project's own, out of an environment that owes nothing to this machine.

`DATABASE_URL` is honoured; without it the tests have an embedded server of their own in `VAR_DIR/test`, which
never waits for the disk, so `make run` may go on beside them.
"""

import os
from pathlib import Path

from newsroom import database

BASE_DIR = Path(__file__).resolve().parent.parent
# The processes that share the tests inherit this environment: the folder is chosen once.
os.environ.setdefault("TEST_VAR_DIR", str(database.var_dir(BASE_DIR, os.environ) / "test"))
for name in [*os.environ]:
    if name in {
        *("ENVIRONMENT", "DEBUG", "DEMO", "SECRET_KEY", "ALLOWED_HOSTS", "SITE_URL"),
        "SECRET_KEY_FALLBACKS",
        *("LANGUAGE_CODE", "TIME_ZONE", "HOST", "PORT"),
        *("EMAIL_URL", "DEFAULT_FROM_EMAIL", "SERVER_EMAIL", "TRUSTED_PROXIES", "EVENTS_KEPT_DAYS"),
        *("PAGE_CACHE_MB", "PAGE_CACHE_DISK_MB", "PAGE_CACHE_PAGES", "PAGE_CACHE_TELL"),
        *("NEWSLETTER_FROM_EMAIL", "NEWSLETTER_A_MINUTE"),
        *("SERVICE_WORKER", "WEBSUB_HUB"),
        *("JOBS_LATE_SECONDS", "DISK_FREE_MB", "METRICS_TOKEN"),
        *("LOG_FORMAT", "LOG_LEVEL", "SENTRY_DSN"),
        *("TOLD_WAITING", "EDGE_SECONDS", "EDGE_PURGE_URL"),
        *("BACKUP_PUBLIC_KEY", "BACKUPS_KEPT_DAILY", "BACKUPS_KEPT_WEEKLY", "BACKUPS_KEPT_MONTHLY"),
        *("SECOND_FACTOR_ROLES", "DATABASE_REPLICA_URL", "SEND_PERMISSIONS_POLICY"),
        *("CACHE_URL", "MEDIA_STORE", "AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"),
        *("CHROMIUM", "UNSAVED_TEXTS_KEPT_DAYS", "LATE_SAVES_KEPT_DAYS"),
    }:
        del os.environ[name]
os.environ["VAR_DIR"] = os.environ["TEST_VAR_DIR"]
os.environ["DATABASE_IS_THROWAWAY"] = "1"
os.environ["SECRET_KEY"] = "only-for-tests-" * 4

from newsroom.settings import *  # noqa: E402, F403 - the environment had to come first

# Hashing a password well takes a tenth of a second, and tests make many accounts.
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
# Static files straight from their sources: nothing has to be built before a test.
STORAGES = {
    **STORAGES,  # noqa: F405
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
}
WHITENOISE_USE_FINDERS = True
WHITENOISE_AUTOREFRESH = True

# Most tests are about something else and sign staff in without a second factor; tests/accounts/test_second_factor.py
# and tests/desk/test_matrix.py ask for it as an installation does.
REAL_SECOND_FACTOR_ROLES = SECOND_FACTOR_ROLES  # noqa: F405
SECOND_FACTOR_ROLES: frozenset[str] = frozenset()
# What a test sells is for sale at once, and no thread reads the database behind its back.
ROTATION_SECONDS = 0
# Each test reads the database; those of the page cache make their own.
PAGE_CACHE_MB = 0
