"""Faults brought about under a writing load, and what was acknowledged held against what is there; see `bench/faults.py`."""


class NotBack(Exception):
    """What has to work does not, or not again; `str()` says what."""
