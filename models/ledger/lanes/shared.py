"""What all ledgers of a process on one database share."""

from collections.abc import Mapping
from typing import Any

from models.database.notifications.commit_notifier import CommitNotifier
from models.ledger.incarnations import Begun
from models.ledger.lanes.commit_ids import CommitIds


class Shared:
    """Commit ids, where an incarnation was begun, and one connection to notify of commits on."""

    def __init__(self, credentials: Mapping[str, Any], lanes: int = 1) -> None:
        self.commit_ids = CommitIds()
        self.begun = Begun()
        self.notifier = CommitNotifier(credentials, lanes=lanes)

    async def close(self) -> None:
        """Notify of what was committed, once no ledger commits any more."""
        await self.notifier.close()
