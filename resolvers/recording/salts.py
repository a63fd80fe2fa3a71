"""Salts: what the tokens of one day are made with, destroyed with them 48 hours after it ends.

While a salt lives, who knows an alias can tell whether it left a token under it; without the salt
nobody can, and what the alias did is a part of the totals and no more.
"""

import asyncio
import secrets
import time
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from functools import partial
from hashlib import blake2b

from models.ledger.ledger import Ledger
from models.reading import user_data
from models.records import Changes, Known, Micros, StoredSalt, Wanted
from models.vocabulary import Action
from resolvers.scoring.weights import DAY

DAYS_KEPT = 2
"""Whole days that a salt outlives its own."""

TOKENS_AT_ONCE = 500
_SALT_BYTES = 16
_DIGEST_BYTES = 16


class NoSalt(Exception):
    """A batch leaves tokens under the salt of a day that has none yet; it is to be made first."""

    def __init__(self, day: int) -> None:
        super().__init__(f"day {day} has no salt")
        self.day = day


@dataclass(frozen=True, slots=True)
class DaySalt:
    """The salt of a day, as days since 1970 UTC, and the digests that are keyed by it."""

    day: int
    salt: bytes

    def owner(self, alias: str) -> bytes:
        """What all tokens of a user have in common, so that erasing finds them."""
        return self._digest("owner", alias)

    def state(self, alias: str, action: Action, target_id: str) -> bytes:
        """The key of a state's token."""
        return self._digest("state", alias, str(action.code), target_id)

    def event(self, alias: str, event_id: str) -> bytes:
        """The key of an idempotency id's token."""
        return self._digest("event", alias, event_id)

    def content(self, event: bytes, code: int, undo: bool, target_id: str) -> bytes:
        """What the idempotency id with the key `event` stood for."""
        return self._digest("content", event.hex(), str(code), str(undo), target_id)

    def _digest(self, *parts: str) -> bytes:
        # Only the last part may hold a control character, so the joints are unambiguous.
        text = "\x1f".join(parts)
        return blake2b(text.encode(), key=self.salt, digest_size=_DIGEST_BYTES).digest()


def new_salt() -> bytes:
    """Sixteen random bytes."""
    return secrets.token_bytes(_SALT_BYTES)


def day_of(at: Micros) -> int:
    """The UTC day of an instant, as days since 1970."""
    return at // DAY


def living(salts: Mapping[int, bytes], now: Micros) -> list[DaySalt]:
    """The salts, by day, that live at an instant: the newest first."""
    oldest = day_of(now) - DAYS_KEPT
    return [DaySalt(day, salts[day]) for day in sorted(salts, reverse=True) if day >= oldest]


def owners(alias: str, salts: Mapping[int, bytes]) -> set[bytes]:
    """The owners that a user's tokens have, one under each salt, dead or living."""
    return {DaySalt(day, salt).owner(alias) for day, salt in salts.items()}


async def make_salt(ledger: Ledger, day: int, new_salt: Callable[[], bytes]) -> None:
    """Make the salt of a day, unless it has one by now.

    It is made by a transaction of its own, before whatever is judged by it: so all lanes and
    processes that want it at once have the same one. Of several lanes the ledger is that of all.

    Raises:
        DatabaseUnavailable: it was not made, or may not have been.
        LayoutChanged: the ledger is no longer that of all lanes.
    """

    def judged(known: Known) -> tuple[Changes, None]:
        changes = Changes(known.last_number)
        if day not in known.salts:
            changes.salts[day] = StoredSalt(day, new_salt())
        return changes, None

    await ledger.transact(Wanted(salts=True), judged)


async def destroy_salts(ledger: Ledger, now: Micros) -> int:
    """Destroy every salt whose day ended 48 hours ago, and its tokens; how many salts that were.

    The salts go first, all at once: without them the tokens say nothing. These follow some hundred
    at a time.

    Raises:
        DatabaseUnavailable: what is left goes the next time.
    """
    destroyed = await ledger.transact(Wanted(salts=True), partial(_without_dead, now))
    while keys := await user_data.tokens_before(day_of(now) - DAYS_KEPT, TOKENS_AT_ONCE):
        begun = time.monotonic()
        await ledger.transact(Wanted(), partial(_forgotten, keys))
        await asyncio.sleep(time.monotonic() - begun)  # half of the time is the others'
    return destroyed


def _without_dead(now: Micros, known: Known) -> tuple[Changes, int]:
    """Salts that are over go; how many those are."""
    changes = Changes(known.last_number)
    changes.gone.days |= set(known.salts) - {salt.day for salt in living(known.salts, now)}
    return changes, len(changes.gone.days)


def _forgotten(keys: Collection[bytes], known: Known) -> tuple[Changes, None]:
    changes = Changes(known.last_number)
    changes.gone.tokens.update(keys)
    return changes, None
