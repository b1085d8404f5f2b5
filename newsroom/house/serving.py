"""What `make run` serves: the application, loaded while the database is still being prepared.

Loading the code takes as long as everything else, so both go on at once. The code waits at the gate before it
builds what depends on the preparation: the list of static files, anything out of the database.
"""

import fcntl
import os
from importlib import import_module

import django
from django.conf import settings

from newsroom.house.prepare import compile_translations

GATE = "NEWSROOM_GATE"  # names the file that the supervisor keeps locked while it prepares

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "newsroom.settings")
compile_translations()
django.setup()
import_module(settings.ROOT_URLCONF)

with open(os.environ[GATE]) as gate:
    fcntl.flock(gate, fcntl.LOCK_SH)

application = import_module("newsroom.wsgi").application
