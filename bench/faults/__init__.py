"""Faults brought about under a writing load, and what was acknowledged held against what is there; see `bench/faults.py`."""
