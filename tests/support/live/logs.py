"""The log as a server writes it, caught in its own formats."""

import io
import json
import logging
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from graph.config.log_formats import LogFormat
from graph.server.logs.configuration import logging_in


class Written:
    """What a log's handler has written."""

    def __init__(self) -> None:
        self.file = io.StringIO()

    @property
    def lines(self) -> list[str]:
        return self.file.getvalue().splitlines()

    @property
    def objects(self) -> list[dict[str, Any]]:
        """The lines as JSON has them."""
        return [json.loads(line) for line in self.lines]


@contextmanager
def logged(format: LogFormat, *loggers: str) -> Iterator[Written]:
    """Within this, what some loggers tell from information on is written in a format."""
    written = Written()
    handler = logging.StreamHandler(written.file)
    handler.setFormatter(logging_in(format)["formatters"]["line"]["()"]())
    found = [logging.getLogger(name) for name in loggers]
    before = [each.level for each in found]
    logging.getLogger().addHandler(handler)
    for each in found:
        each.setLevel(logging.INFO)
    try:
        yield written
    finally:
        logging.getLogger().removeHandler(handler)
        for each, level in zip(found, before, strict=True):
            each.setLevel(level)
