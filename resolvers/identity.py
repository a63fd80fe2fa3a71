"""Who a user is: pseudonyms in place of user ids, and the secret they are made with."""

import hmac
import re
from dataclasses import dataclass

from models.database.database import Database
from models.database.metadata import get, holds, put_first

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
        return alias_from_digest(self._digest(user_id))

    def key(self, purpose: str) -> bytes:
        """Sixteen bytes for another use of the same secret, unrelated to any alias."""
        return bytes.fromhex(self._digest(f"\0trailmark {purpose}")[:_HEX_DIGITS])

    def _digest(self, message: str) -> str:
        return hmac.digest(self.secret.encode(), message.encode(), "sha256").hex()


def alias_from_digest(digest: str) -> str:
    """The alias that a user's digest, in hex, leads to."""
    return f"u_{digest[:_HEX_DIGITS]}"


def is_alias(text: str) -> bool:
    """Whether a text has the form of the aliases that the server gives out."""
    return ALIAS.match(text) is not None


async def claim(identity: Identity, database: Database) -> None:
    """Hold the secret against the one the database was filled with; the first one claims it.

    Raises:
        ForeignSecret: the database belongs to another secret.
    """
    fingerprint = identity.key("fingerprint").hex()
    if await put_first(database, _FINGERPRINT, fingerprint) != fingerprint:
        raise ForeignSecret


async def is_of(identity: Identity, database: Database) -> bool:
    """Whether a database was filled under this secret, or under none yet; changes nothing."""
    return await get(database, _FINGERPRINT) in (None, identity.key("fingerprint").hex())


def is_claimed(database: Database) -> bool:
    """Whether an embedded database was filled under a secret."""
    return holds(database, _FINGERPRINT)
