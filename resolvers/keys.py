"""API keys: made, shown once, and recognised without asking the database each time."""

import asyncio
import hashlib
import hmac
import logging
import secrets
import time
from collections.abc import Collection, Mapping

from models.database.database import Database
from models.errors import OUTAGE, described, is_unavailable
from models.reading.api_keys import StoredKey, all_keys, store_key
from models.records import Micros
from resolvers.caller import Caller, Scope
from resolvers.errors import DATABASE_AWAY, Overloaded

PREFIX = "tmk_"
SCOPES = (Scope.RECORD, Scope.READ, Scope.ADMIN)
FRESH_S = 3.0  # how old what is known of the keys may be
STALE_S = 9.0  # beyond which nobody is let in on it, since a key may have been revoked
READ_S = 5.0  # in which the database must give the keys
_RETRY_S = 0.5  # between two looks for keys that are not known

log = logging.getLogger(__name__)


async def create_key(database: Database, scopes: Collection[Scope], name: str, now: Micros) -> str:
    """Make a key and keep its digest; returns the key, which is not kept anywhere."""
    id = secrets.token_hex(6)
    key = f"{PREFIX}{id}_{secrets.token_urlsafe(32)}"
    joined = ",".join(scope for scope in SCOPES if scope in scopes)
    await store_key(database, StoredKey(id, joined, name, digest=_digest(key), created_at=now))
    return key


class Keyring:
    """The keys as they were a moment ago; `refresh` is called every FRESH_S seconds."""

    def __init__(self) -> None:
        self._keys: Mapping[str, StoredKey] = {}
        self._read_at = self._tried_at = self._ended_at = -STALE_S
        self._reading = asyncio.Lock()

    @property
    def is_empty(self) -> bool:
        """Whether no key was ever made: revoking the last one opens nothing."""
        self._check_age()
        return not self._keys

    @property
    def is_stale(self) -> bool:
        """Whether the keys could not be read for so long that one may have been revoked."""
        return time.monotonic() - self._read_at > STALE_S

    @property
    def age_s(self) -> float:
        """How old is what is known of the keys, in seconds."""
        return time.monotonic() - self._read_at

    @property
    def has_none(self) -> bool:
        """Whether no key was there when they were read last, however long ago."""
        return not self._keys

    async def refresh(self) -> None:
        """Read the keys; if the database does not answer, those known before go on for a while."""
        async with self._reading:
            await self._read()

    async def catch_up(self) -> None:
        """Read the keys if nobody has for long, as when the machine was asleep.

        Raises:
            Overloaded: the database does not answer, or did not a moment ago.
        """
        now = time.monotonic()
        if now - self._read_at > STALE_S and now - self._ended_at > _RETRY_S:
            async with self._reading:
                if self._ended_at < now:  # else whoever was waited for has tried
                    await self._read()
        self._check_age()

    async def caller(self, key: str) -> Caller | None:
        """Whom a key lets in; None if it is none, or was revoked.

        Raises:
            Overloaded: the database did not answer for a while, or not about this key.
        """
        await self.catch_up()
        id = key.removeprefix(PREFIX).partition("_")[0]
        if id not in self._keys:
            await self._read_since(time.monotonic())
        found = self.last_known(key)
        return found if self.is_valid(id) else None

    def last_known(self, key: str) -> Caller | None:
        """Whom a key lets in as far as was known when keys were read last, however long ago."""
        id = key.removeprefix(PREFIX).partition("_")[0]
        known = self._keys.get(id)
        digest = known.digest if known is not None else bytes(32)
        if not hmac.compare_digest(digest, _digest(key)) or known is None:
            return None
        if known.revoked_at is not None:
            return None
        return Caller(scopes=frozenset(map(Scope, known.scope.split(","))), key_id=id)

    def is_valid(self, id: str) -> bool:
        """Whether a key is there and not revoked, as far as is known."""
        known = self._keys.get(id)
        return known is not None and known.revoked_at is None and not self.is_stale

    async def _read_since(self, asked_at: float) -> None:
        """Read the keys later than `asked_at`; all who ask for a while share one query."""
        async with self._reading:
            if self._tried_at < asked_at:
                await asyncio.sleep(self._tried_at + _RETRY_S - time.monotonic())
                await self._read()
        if self._read_at < asked_at:
            raise _away()

    async def _read(self) -> None:
        # What is read is as old as the moment it was asked for: a key may be revoked meanwhile.
        self._tried_at = time.monotonic()
        try:
            async with asyncio.timeout(READ_S):
                self._keys = {key.id: key for key in await all_keys()}
            self._read_at = self._tried_at
        except Exception as error:
            if not is_unavailable(error):
                raise
            log.warning("the keys cannot be read: %s", described(error), extra=OUTAGE)
        finally:
            self._ended_at = time.monotonic()

    def _check_age(self) -> None:
        if self.is_stale:
            raise _away()


def _away() -> Overloaded:
    return Overloaded(DATABASE_AWAY)


def _digest(key: str) -> bytes:
    # The key holds 256 random bits, so a slow hash would protect nothing more.
    return hashlib.sha256(key.encode(errors="replace")).digest()
