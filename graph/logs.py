"""What a server says in its log, on standard error: when, which process, how grave, where, what."""

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {
        "line": {"format": "%(asctime)s %(process)d %(levelname)s %(name)s: %(message)s"}
    },
    "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "line"}},
    "root": {"handlers": ["stderr"], "level": "WARNING"},
    "loggers": {name: {"level": "INFO"} for name in ("graph", "models", "resolvers")},
}
"""As `logging.config.dictConfig` takes it; of libraries only warnings are told."""
