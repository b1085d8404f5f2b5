"""The web server of `make run`: granian, whose workers are forked from a process that has loaded the code.

What was loaded before the fork is there once for all of them, as long as nobody writes to it: 25 MB less with two
workers, and 30 more with one, which is better off with granian alone. A worker that died is replaced at once.
"""

from __future__ import annotations

import gc
import multiprocessing
import os
import sys
from importlib import import_module

import django
from django.conf import settings

from newsroom.house.errors import sentence_for
from newsroom.house.prepare import compile_translations


def load() -> None:
    """Load the code of all pages. Nothing of it may speak to the database or start a thread."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "newsroom.settings")
    compile_translations()
    django.setup()
    import_module(settings.ROOT_URLCONF)
    # A worker that is forked later, when the files may be those of another version, keeps pages of this one.
    from pagecache.installed import mark_of_this_code  # which needs the settings

    mark_of_this_code()


def main() -> int:
    # Where Python does not fork (macOS, and everywhere from 3.14 on) each worker loads for itself (`serving`).
    if multiprocessing.get_start_method() == "fork":
        load()
        # The search for waste writes to all that it looks at.
        gc.collect()
        gc.freeze()
    from granian.cli import entrypoint

    entrypoint()
    return 0


if __name__ == "__main__":
    try:
        sys.exit(main())
    except Exception as error:
        sentence = sentence_for(error)
        if sentence is None:
            raise
        sys.exit(sentence)
