"""The formats of the log: lines for a console, or a JSON object a line for what collects logs."""

import json
import logging
from datetime import UTC, datetime
from typing import Any

import orjson

from resolvers.request_ids import current_request

FIELDS = "fields"
"""The attribute of a record that holds more than the message: names and values."""


class ConsoleLines(logging.Formatter):
    """When, which process, how grave, where, what, and for which request; then the traceback."""

    def __init__(self) -> None:
        super().__init__("%(asctime)s %(process)d %(levelname)s %(name)s: %(message)s")

    def formatMessage(self, record: logging.LogRecord) -> str:  # noqa: N802 (logging's own name)
        line = super().formatMessage(record)
        more = "".join(f" {name}={value}" for name, value in getattr(record, FIELDS, {}).items())
        request = current_request.get()
        return f"{line}{more} [{request}]" if request else f"{line}{more}"


class JsonLines(logging.Formatter):
    """One object a line: `time` (UTC), `level`, `process`, `logger`, `message`.

    Beside these it has `request_id` where a request is answered, `exception` with the traceback,
    and whatever fields a record brings.
    """

    def format(self, record: logging.LogRecord) -> str:
        said: dict[str, Any] = {
            "time": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname,
            "process": record.process,
            "logger": record.name,
            "message": record.getMessage(),
        }
        if request := current_request.get():
            said["request_id"] = request
        said.update(getattr(record, FIELDS, {}))
        if record.exc_info:
            said["exception"] = self.formatException(record.exc_info)
        return _encoded(said)


def _encoded(said: dict[str, Any]) -> str:
    """In UTF-8, or escaped where a text has half of a character, which UTF-8 cannot have."""
    try:
        return orjson.dumps(said, default=str).decode()
    except TypeError:
        return json.dumps(said, default=str)
