"""Key sets: the public keys of user tokens, fetched from where their maker shows them."""

import asyncio
import logging
import time
from collections.abc import Iterable
from typing import Any

import httpx

from graph.access.public_keys import ALLOWED, UnfitKey, jwk_key
from graph.counted_log import CountedLog
from resolvers.errors import Overloaded

JWKS_S = 600.0  # that fetched keys are used before they are fetched anew
JWKS_RETRY_S = (
    30.0  # between two fetches while keys are known: for an unknown id, or after a failure
)
DOWN_S = 1.0  # between two fetches while no set could be fetched at all
FETCH_S = 5.0
_TOLD = 10  # keys that one line of the log tells of
_AWAY = "the keys of user tokens cannot be fetched now; try again shortly"
_USELESS = f"the key set of user tokens holds no key that may check them; allowed are {ALLOWED}"
_UNFETCHED = (httpx.HTTPError, TimeoutError, ValueError, TypeError, AttributeError)

#: Keys by their ids and algorithms; the only one goes without an id as well.
Keys = dict[tuple[str | None, str], Any]

log = logging.getLogger(__name__)


class KeySet:
    """A JSON Web Key Set (RFC 7517) at a URL, fetched when it is needed and kept for a while."""

    def __init__(self, url: str) -> None:
        self._url = url
        self._keys: Keys = {}
        self._ids = frozenset[str | None]()
        self._lack = _AWAY  # why there are no keys, if there are none
        self._told = ""  # what was said of the set last
        self._failures = CountedLog(log)  # tokens set off a fetch a second while there are no keys
        self._fetched_at = self._tried_at = -JWKS_S
        self._fetching = asyncio.Lock()

    async def key(self, id: str | None, algorithm: str) -> Any | None:
        """The key of an id, or without one the only key; None if there is none.

        Raises:
            Overloaded: no keys could be fetched yet, or none that are of use.
        """
        if self._is_due(id):
            async with self._fetching:
                if self._is_due(id):  # else another task has fetched meanwhile
                    await self._fetch()
        if not self._keys:
            raise Overloaded(self._lack)
        return self._keys.get((id, algorithm))

    def _is_due(self, id: str | None) -> bool:
        """Whether to fetch; tokens with unknown key ids must not cause a fetch each."""
        now = time.monotonic()
        if not self._keys:
            return now - self._tried_at > (DOWN_S if self._lack is _AWAY else JWKS_RETRY_S)
        is_wanted = now - self._fetched_at > JWKS_S or id not in self._ids
        return is_wanted and now - self._tried_at > JWKS_RETRY_S

    async def _fetch(self) -> None:
        """Fetch the keys; those known before go on if that fails, or if it holds none at all."""
        self._lack = _AWAY
        try:
            async with asyncio.timeout(FETCH_S), httpx.AsyncClient(timeout=FETCH_S) as client:
                answer = await client.get(self._url)
            answer.raise_for_status()
            self._keep(*read_keys(answer.json().get("keys") or ()))
        except _UNFETCHED as error:
            why, address = _why(error), self._address
            self._failures.warning(
                f"the keys of user tokens cannot be fetched from {address}: {why}"
            )
        finally:
            self._tried_at = time.monotonic()

    def _keep(self, keys: Keys, left_out: list[str]) -> None:
        """Take the keys that were fetched, and say once which of the set are not used."""
        if keys:
            self._keys, self._ids = keys, frozenset(id for id, _ in keys)
            self._fetched_at = time.monotonic()
            said = f"some keys of user tokens are not used: {self._address}"
        else:
            self._lack = _USELESS
            said = f"{_USELESS}: {self._address}"
        told = f"{said}; left out are {_listed(left_out)}" if left_out else said
        if told != self._told and (left_out or not keys):
            log.warning("%s", told)
        self._told = told

    @property
    def _address(self) -> str:
        """The URL without what may be a credential in it."""
        return str(httpx.URL(self._url).copy_with(userinfo=b"", query=None, fragment=None))


def read_keys(members: Iterable[Any]) -> tuple[Keys, list[str]]:
    """The keys of a set that may check tokens, and of each other one why it does not.

    Keys that share an id and are not the same are all left out: which one a token means would be
    for whoever wrote it to choose.
    """
    found: dict[tuple[str | None, str], list[Any]] = {}
    left_out = list[str]()
    for member in members:
        id = member.get("kid") if isinstance(member, dict) else None
        try:
            if not isinstance(member, dict):
                raise UnfitKey("it is no object")
            algorithm, key = jwk_key(member)
            found.setdefault((id, algorithm), []).append(key)
        except UnfitKey as unfit:
            left_out.append(_described(id, str(unfit)))
    keys: Keys = {}
    for (id, algorithm), same in found.items():
        if any(each.public_numbers() != same[0].public_numbers() for each in same):
            left_out.append(_described(id, f"{len(same)} keys share its `kid`"))
        else:
            keys[id, algorithm] = same[0]
    if len(keys) == 1:
        ((_, algorithm),) = keys
        keys[None, algorithm] = next(iter(keys.values()))
    return keys, left_out


def _described(id: Any, why: str) -> str:
    return f"{'one without `kid`' if id is None else repr(str(id)[:64])} ({why})"


def _listed(left_out: list[str]) -> str:
    more = len(left_out) - _TOLD
    return ", ".join(left_out[:_TOLD]) + (f" and {more} more" if more > 0 else "")


def _why(error: Exception) -> str:
    """What an error says, and of a refusal the status alone: its text quotes the whole URL."""
    if isinstance(error, httpx.HTTPStatusError):
        return f"it answers {error.response.status_code}"
    return f"{type(error).__name__}: {error}".removesuffix(": ")
