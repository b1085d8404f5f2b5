"""The settings of a process of the next version, over the database of the test that starts it."""

import os

from tests.settings import *  # noqa: F403

INSTALLED_APPS = [*INSTALLED_APPS, "tests.upgrades.next_version"]  # noqa: F405
DATABASES["default"]["NAME"] = os.environ["DATABASE_OF_THE_TEST"]  # noqa: F405
