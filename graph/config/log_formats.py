"""The formats that the log can have."""

from enum import StrEnum


class LogFormat(StrEnum):
    CONSOLE = "console"
    JSON = "json"
