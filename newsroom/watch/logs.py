"""Log lines: for people (`LOG_FORMAT=line`) or one JSON object each (`json`), with the request or job they belong to.

No library: what one would add to these two classes is more ways to configure them.
"""

from __future__ import annotations

import datetime
import json
import logging
from contextvars import ContextVar

from .scrub import scrub

FORMATS = ("line", "json")
LEVELS = ("DEBUG", "INFO", "WARNING", "ERROR", "CRITICAL")

# What is being done on this thread or in this coroutine: ("request_id", "4f…") or ("job_id", "17").
unit: ContextVar[tuple[str, str] | None] = ContextVar("newsroom_unit", default=None)


class LineFormatter(logging.Formatter):
    """`2026-11-27 08:50:03,120 ERROR django.request [4f…]: Internal Server Error: /cari/`, and a traceback below."""

    def format(self, record: logging.LogRecord) -> str:
        doing = unit.get()
        record.unit = (
            f" [{doing[1] if doing[0] == 'request_id' else 'job ' + doing[1]}]" if doing else ""
        )
        return scrub(super().format(record))


class JSONFormatter(logging.Formatter):
    """One object on one line: at, level, logger, process, message; request_id or job_id, status, error where there are."""

    def format(self, record: logging.LogRecord) -> str:
        at = datetime.datetime.fromtimestamp(record.created, datetime.UTC)
        told: dict[str, object] = {
            "at": at.isoformat(timespec="milliseconds"),
            "level": record.levelname,
            "logger": record.name,
            "process": record.process,
            "message": scrub(record.getMessage()),
        }
        if doing := unit.get():
            told[doing[0]] = doing[1]
        if isinstance(status := getattr(record, "status_code", None), int):
            told["status"] = status
        error = self.formatException(record.exc_info) if record.exc_info else record.exc_text
        if error:
            told["error"] = scrub(error)
        if record.stack_info:
            told["stack"] = scrub(record.stack_info)
        return json.dumps(told, ensure_ascii=False)
