"""The project's own settings and middleware around the bare view (`bare.py`)."""

from newsroom.settings import *  # noqa: F403

ROOT_URLCONF = "bench.speed.bare"
