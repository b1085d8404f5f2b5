"""The demo's accounts: one per role, with passwords made anew for each installation."""

import os
import secrets
from pathlib import Path

from django.conf import settings
from django.contrib.auth.models import Group

from accounts.models import User
from newsroom.roles import ROLES

FILE_NAME = "demo-accounts.txt"
DOMAIN = "kabartompolangi.example"


def create_accounts(names: dict[str, str]) -> tuple[dict[str, User], Path]:
    """Make an account for each role and an administrator; return them by role, and the file.

    `names` are people's names by role; a role without one is called by its own name. The
    passwords stand in a file that only the owner of the installation reads, and nowhere else.
    """
    users, lines = {}, []
    for role in [*ROLES, "administrator"]:
        password = secrets.token_urlsafe(12)
        is_administrator = role == "administrator"
        user = User.objects.create_user(
            f"{role.replace('_', '-')}@{DOMAIN}",
            password,
            name=names.get(role) or role.replace("_", " ").capitalize(),
            is_staff=True,
            is_superuser=is_administrator,
            is_demo=True,
        )
        if not is_administrator:
            user.groups.add(Group.objects.get(name=role))
        users[role] = user
        lines.append(f"{role:<14} {user.email:<42} {password}")
    return users, _write_privately("\n".join(lines) + "\n")


def _write_privately(text: str) -> Path:
    path = Path(settings.VAR_DIR) / FILE_NAME
    path.unlink(missing_ok=True)
    with open(path, "x", opener=lambda p, flags: os.open(p, flags, 0o600)) as file:
        file.write(text)
    return path
