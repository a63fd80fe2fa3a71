"""What is logged where: to standard error, of libraries only what is worse than information."""

from typing import Any

from graph.config.log_formats import LogFormat
from graph.counted_log import Faults, LibraryRepeats, Repeats
from graph.server.logs.formats import ConsoleLines, JsonLines

_FORMATTERS = {LogFormat.CONSOLE: ConsoleLines, LogFormat.JSON: JsonLines}


def logging_in(format: LogFormat) -> dict[str, Any]:
    """The log in one of its formats, as `logging.config.dictConfig` takes it."""
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "formatters": {"line": {"()": _FORMATTERS[format]}},
        "filters": {
            "repeats": {"()": Repeats},
            "faults": {"()": Faults},
            "traces": {"()": LibraryRepeats, "library": "opentelemetry"},
        },
        "handlers": {
            "stderr": {
                "class": "logging.StreamHandler",
                "formatter": "line",
                "filters": ["faults", "traces"],
            }
        },
        "root": {"handlers": ["stderr"], "level": "WARNING"},
        "loggers": {
            **{name: {"level": "INFO"} for name in ("graph", "models", "resolvers")},
            # Where libraries tell of what strangers sent them.
            **{name: {"filters": ["repeats"]} for name in ("asyncio", "uvicorn.error")},
        },
    }
