"""Who a user is: pseudonyms in place of user ids, and the secret they are made with."""

import hmac
import re
from dataclasses import dataclass

from models.database import Database
from models.facts import keep

ALIAS = re.compile(r"u_[0-9a-f]{16,64}\Z")
_HEX_DIGITS = 32
_FINGERPRINT = "secret fingerprint"


class ForeignSecret(Exception):
    """The database was filled under another secret; every history would be lost with this one."""


@dataclass(frozen=True)
class Identity:
    """Turns user ids into aliases; the raw id goes no further than `alias`."""

    secret: str

    def alias(self, user_id: str) -> str:
        """`u_` and the first 32 hex digits of HMAC-SHA256 over the id, keyed by the secret."""
        return f"u_{self._digest(user_id)[:_HEX_DIGITS]}"

    def key(self, purpose: str) -> bytes:
        """Sixteen bytes for another use of the same secret, unrelated to any alias."""
        return bytes.fromhex(self._digest(f"\0trailmark {purpose}")[:_HEX_DIGITS])

    def _digest(self, message: str) -> str:
        return hmac.digest(self.secret.encode(), message.encode(), "sha256").hex()


def is_alias(text: str) -> bool:
    """Whether a text has the form of the aliases that the server gives out."""
    return ALIAS.match(text) is not None


async def claim(identity: Identity, database: Database) -> None:
    """Hold the secret against the one the database was filled with; the first one claims it.

    Raises:
        ForeignSecret: the database belongs to another secret.
    """
    fingerprint = identity.key("fingerprint").hex()
    if await keep(database, _FINGERPRINT, fingerprint) != fingerprint:
        raise ForeignSecret
