"""What `make run` serves: the application, loaded while the database is still being prepared.

Loading the code takes as long as everything else, so both go on at once. The code waits at the gate before it
builds what depends on the preparation: the list of static files, anything out of the database.
"""

import fcntl
import os
from importlib import import_module

from newsroom.house.web import load

GATE = "NEWSROOM_GATE"  # names the file that the supervisor keeps locked while it prepares

load()

with open(os.environ[GATE]) as gate:
    fcntl.flock(gate, fcntl.LOCK_SH)

application = import_module("newsroom.wsgi").application
