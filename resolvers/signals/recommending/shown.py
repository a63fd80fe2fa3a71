"""What a reader was shown already: cursors that carry it, so that no later page repeats it."""

import hashlib
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from resolvers.errors import BadUserInput, shown
from resolvers.id_cipher import IdCipher

MOST = 500
"""Posts that a reader is shown by one chain of pages; a cursor has 8 bytes for each."""

_SIZE = 8
_LAYOUT = b"\1"
_ANYBODY = ""  # is no alias


@dataclass(frozen=True, slots=True)
class Shown:
    """The digests of the posts that the pages so far had, in their order."""

    digests: tuple[bytes, ...] = ()

    def __len__(self) -> int:
        return len(self.digests)

    @property
    def left(self) -> int:
        """How many more posts its cursors have room for."""
        return MOST - len(self)

    def without(self, post_ids: Iterable[str]) -> Iterator[str]:
        """Those of some posts that were not shown, in their order."""
        before = set(self.digests)
        return (each for each in post_ids if not before or _digest(each) not in before)

    def cursors(
        self, post_ids: Sequence[str], id_cipher: IdCipher, alias: str | None
    ) -> Iterator[str]:
        """The cursor behind each post of a page, for one user's eyes or, with None, anybody's."""
        seen = _LAYOUT + b"".join(self.digests)
        for post_id in post_ids:
            seen += _digest(post_id)
            yield id_cipher.page_cursor(seen, _ANYBODY if alias is None else alias)


def opened(after: str | None, id_cipher: IdCipher, alias: str) -> Shown:
    """What a cursor says was shown; without a cursor, nothing.

    Raises:
        BadUserInput: the server never gave it out, or gave it to another user.
    """
    if after is None:
        return Shown()
    plain = id_cipher.open_page_cursor(after, alias) or id_cipher.open_page_cursor(after, _ANYBODY)
    if plain is None or plain[:1] != _LAYOUT:
        message = f"got {shown(after)}; allowed is a cursor that the server gave to this user"
        raise BadUserInput("after", message)
    starts = range(1, len(plain), _SIZE)
    return Shown(tuple(plain[start : start + _SIZE] for start in starts))


def _digest(post_id: str) -> bytes:
    return hashlib.blake2b(post_id.encode(), digest_size=_SIZE).digest()
