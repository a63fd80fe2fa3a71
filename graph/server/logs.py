"""The format of the log on standard error: when, which process, how grave, where, what."""

from typing import Any

from graph.counted_log import Repeats

LOGGING: dict[str, Any] = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {
        "line": {"format": "%(asctime)s %(process)d %(levelname)s %(name)s: %(message)s"}
    },
    "filters": {"repeats": {"()": Repeats}},
    "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "line"}},
    "root": {"handlers": ["stderr"], "level": "WARNING"},
    "loggers": {
        **{name: {"level": "INFO"} for name in ("graph", "models", "resolvers")},
        # Where libraries tell of what strangers sent them.
        **{name: {"filters": ["repeats"]} for name in ("asyncio", "uvicorn.error")},
    },
}
"""As `logging.config.dictConfig` takes it; of libraries, warnings and worse."""
