"""The size of the database, asked for at most once a minute, and only for who wants to see it."""

import asyncio
import logging
import time

from models.database.database import Database
from models.errors import is_unavailable
from models.reading.engine import StoredSize, stored_size

FRESH_S = 60.0
"""How old the size may be that is shown."""

WAIT_S = 2.0
"""How long who asks for metrics waits for the database; then the size is left as it was."""

log = logging.getLogger(__name__)


class SizeWatch:
    """Knows how large the database was a moment ago."""

    def __init__(self, database: Database) -> None:
        self.known: StoredSize | None = None
        self.known_at = 0.0  # in seconds since 1970
        self._database = database
        self._asked_at = -FRESH_S

    async def refresh(self) -> None:
        """Ask again if nobody has for a minute; nothing happens if the database does not answer."""
        if time.monotonic() - self._asked_at < FRESH_S:
            return
        self._asked_at = time.monotonic()
        try:
            async with asyncio.timeout(WAIT_S):
                self.known = await stored_size(self._database)
            self.known_at = time.time()
        except Exception as error:
            if not is_unavailable(error):
                log.exception("the size of the database cannot be read")
