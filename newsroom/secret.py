"""The secret of an installation that was not given one: made once, kept where only its owner reads."""

import os
import secrets
from pathlib import Path


def development_secret(var_dir: Path) -> str:
    """Return the secret kept in `var_dir`/secret-key, making it at the first call.

    Two processes that start at once agree: the file is created exclusively, and whoever comes
    second reads it. Raises OSError when the folder cannot be written.
    """
    var_dir.mkdir(parents=True, exist_ok=True)
    path = var_dir / "secret-key"
    draft = var_dir / f"secret-key.{os.getpid()}"
    if not path.exists():
        with open(draft, "w", opener=lambda p, flags: os.open(p, flags, 0o600)) as file:
            file.write(secrets.token_urlsafe(64))
        try:
            os.link(draft, path)
        except FileExistsError:
            pass
        finally:
            draft.unlink()
    return path.read_text().strip()
