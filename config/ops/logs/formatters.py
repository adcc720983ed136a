"""The log: one JSON object a line for machines that collect it, and no traceback where nothing is broken."""

from __future__ import annotations

import json
import logging
from datetime import UTC, datetime

from config.ops.logs.masking import masked


class PlainFormatter(logging.Formatter):
    """A traceback may quote an address too."""

    def format(self, record: logging.LogRecord) -> str:
        return masked(super().format(record))


class JsonFormatter(logging.Formatter):
    def format(self, record: logging.LogRecord) -> str:
        line = {
            "at": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname,
            "logger": record.name,
            "message": masked(record.getMessage()),
        }
        if record.exc_info:
            line["traceback"] = masked(self.formatException(record.exc_info))
        return json.dumps(line, ensure_ascii=False)


class RefusalsAreNoBreakdowns(logging.Filter):
    """A page that is not open to someone, or not there, is one line. Django would add forty of its own."""

    def filter(self, record: logging.LogRecord) -> bool:
        if record.name == "django.request" and getattr(record, "status_code", 500) < 500:
            record.exc_info = record.exc_text = None
        return True
