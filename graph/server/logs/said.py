"""What commands say to a person, as records of the log where a program reads it."""

import io
import logging
import logging.config

from graph.config.log_formats import LogFormat
from graph.server.logs.configuration import logging_in

log = logging.getLogger(__name__)


def say_as_records(format: LogFormat) -> io.StringIO:
    """A file, each line of which becomes a record of a log in this format."""
    logging.config.dictConfig(logging_in(format))
    return _Records()


class _Records(io.StringIO):
    def write(self, text: str) -> int:
        for line in text.splitlines():
            if line.strip():
                log.info("%s", line.strip())
        return len(text)
