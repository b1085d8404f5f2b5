#!/usr/bin/env python3
"""Django's commands for this project. What a person can mend is said in one sentence instead of a traceback."""

import os
import sys


def main() -> int:
    if sys.version_info < (3, 11):
        print(
            "Newsroom needs Python 3.11 or newer; this is %d.%d." % sys.version_info[:2],
            file=sys.stderr,
        )
        return 1
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "newsroom.settings")
    try:
        from django.core.management import execute_from_command_line
    except ImportError:
        print(
            "Django is not installed here: run `make setup`, then .venv/bin/python manage.py.",
            file=sys.stderr,
        )
        return 1
    from newsroom.house.errors import sentence_for

    try:
        execute_from_command_line(sys.argv)
    except Exception as error:
        sentence = None if "--traceback" in sys.argv else sentence_for(error)
        if sentence is None:
            raise
        print(sentence, file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
