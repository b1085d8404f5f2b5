"""What the candidates are compared with: a WSGI application that answers the same bytes every time."""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

_answer = Path(os.environ["CONSTANT_ANSWER"])
HEADERS = [(name, value) for name, value in json.loads(_answer.with_suffix(".json").read_text())]
BODY = _answer.read_bytes()


def application(environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
    start_response("200 OK", HEADERS)
    return [BODY]
