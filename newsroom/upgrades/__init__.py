"""Migrations under traffic: what a running version bears, and how `manage.py migrate` waits for its locks.

`released.toml` says what the last release had; what comes later is judged by `manage.py lint_migrations`. What was put
together into fewer, and who has to be told of it, stands in `squashed`.
docs/decisions/0038-upgrades.md has the reasons, docs/operations.md the steps of an upgrade.
"""
