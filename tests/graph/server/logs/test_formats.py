"""The formats of the log: lines for people, and an object a line for programs."""

import json
import logging
import re
import sys

from graph.server.logs.formats import FIELDS, ConsoleLines, JsonLines
from resolvers.request_ids import current_request


def _record(message: str, *given: object, **more: object) -> logging.LogRecord:
    record = logging.LogRecord("graph.errors", logging.WARNING, __file__, 1, message, given, None)
    record.process, record.created = 42, 1_795_000_000.25
    vars(record).update(more)
    return record


def _fault() -> logging.LogRecord:
    try:
        raise ValueError("not this way")
    except ValueError:
        return _record("it failed", exc_info=sys.exc_info())


def test_a_line_for_a_console_ends_with_its_fields_and_the_request() -> None:
    """When, which process, how grave, where, what, then names and values."""
    record = _record("request", **{FIELDS: {"status": 200}})
    token = current_request.set("mine")

    line = ConsoleLines().format(record)

    current_request.reset(token)
    when = r"20\d\d-\d\d-\d\d [\d:,]+"
    assert re.fullmatch(rf"{when} 42 WARNING graph\.errors: request status=200 \[mine\]", line)


def test_without_a_request_none_is_told() -> None:
    """What the server does by itself is of no request."""
    assert ConsoleLines().format(_record("it is %s", "so")).endswith(" graph.errors: it is so")
    assert "request_id" not in json.loads(JsonLines().format(_record("it is so")))


def test_json_has_one_object_a_line() -> None:
    """Whatever line ends and letters a message has."""
    token = current_request.set("mine")

    line = JsonLines().format(_record("it is\n%s “so”", 1, **{FIELDS: {"status": 200}}))

    current_request.reset(token)
    assert "\n" not in line
    assert json.loads(line) == {
        "time": "2026-11-18T11:06:40.250+00:00",
        "level": "WARNING",
        "process": 42,
        "logger": "graph.errors",
        "message": "it is\n1 “so”",
        "request_id": "mine",
        "status": 200,
    }


def test_json_has_an_exception_as_a_field() -> None:
    """With its traceback, in the same line."""
    line = JsonLines().format(_fault())

    told = json.loads(line)
    assert "\n" not in line
    assert told["message"] == "it failed"
    assert told["exception"].startswith("Traceback (most recent call last):\n")
    assert told["exception"].endswith("ValueError: not this way")


def test_json_takes_what_utf_8_cannot_have() -> None:
    """Half of a character is escaped; a value of any other kind is told as a text."""
    line = JsonLines().format(_record("half of \ud83d", **{FIELDS: {"what": {1}}}))

    told = json.loads(line.encode())
    assert told["message"] == "half of \ud83d"
    assert told["what"] == "{1}"
