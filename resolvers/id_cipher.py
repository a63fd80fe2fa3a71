"""Opaque ids and cursors: numbers of the database as texts that nobody can make up or count by."""

import base64
import binascii
import struct
from collections.abc import Sequence

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes
from cryptography.hazmat.primitives.ciphers.aead import AESSIV

from models.reading.history import HistoryCursor
from models.reading.log import LogPosition

_PREFIX = "int_"
_ZEROS = bytes(8)
_FEED = b"the feed"
_FEED_KEY = b"feed cursors, 1.feed cursors, 2."  # no number that is given out has these bytes

_PAGE_KEY = b"page cursors, 1.page cursors, 2."

_BLOCK = 16
_POSITION = struct.Struct(">BQQ")
_ONE_POSITION = 2
"""The layout of a feed cursor: an incarnation and a sequence.

Each layout has a number of its own, in its first byte. The first had no such byte, and is a block.
"""


class IdCipher:
    """Encrypts numbers, one AES block each: the number and eight bytes that prove it genuine.

    Cursors of the feed and of recommendations, of which there may be more to say, are sealed by
    AES-SIV (RFC 5297).
    """

    def __init__(self, key: bytes) -> None:
        cipher = Cipher(algorithms.AES(key), modes.ECB())  # noqa: S305 (one unique block each)
        self._encrypt = cipher.encryptor().update
        self._decrypt = cipher.decryptor().update
        self._feed = AESSIV(self._encrypt(_FEED_KEY))
        self._pages = AESSIV(self._encrypt(_PAGE_KEY))

    def interaction_id(self, number: int) -> str:
        """The id that clients see, `int_` and 32 hex digits."""
        return _PREFIX + self._seal(number).hex()

    def interaction_ids(self, numbers: Sequence[int]) -> list[str]:
        """The ids of many, in a third of the time."""
        digits = self._seal_all(numbers).hex()
        return [_PREFIX + digits[at : at + 32] for at in range(0, len(digits), 32)]

    def joined_interaction_ids(self, numbers: Sequence[int], before: str) -> str:
        """The ids of many, which are equally long, as one text with another before each."""
        before += _PREFIX
        return before + self._seal_all(numbers).hex("-", _BLOCK).replace("-", before)

    def interaction_number(self, interaction_id: str) -> int | None:
        """The number behind such an id, or None if the server never gave it out."""
        if not interaction_id.startswith(_PREFIX):
            return None
        try:
            return self._open(bytes.fromhex(interaction_id[len(_PREFIX) :]))
        except ValueError:
            return None

    def history_cursor(self, cursor: HistoryCursor) -> str:
        """A cursor of a history as clients see it: the instant in clear, bound to the number."""
        at = cursor.occurred_at.to_bytes(8, "big", signed=True)
        return base64.urlsafe_b64encode(at + self._seal(cursor.id, at)).decode()

    def open_history_cursor(self, text: str) -> HistoryCursor | None:
        """The cursor behind such a text, or None if the server never gave it out."""
        raw = _decoded(text)
        number = None if raw is None else self._open(raw[8:], raw[:8])
        if raw is None or number is None:
            return None
        return HistoryCursor(int.from_bytes(raw[:8], "big", signed=True), number)

    def feed_cursor(self, position: LogPosition) -> str:
        """A position in the log as a cursor of the feed."""
        sealed = self._feed.encrypt(_POSITION.pack(_ONE_POSITION, *position), None)
        return base64.urlsafe_b64encode(sealed).decode()

    def open_feed_cursor(self, text: str) -> LogPosition | None:
        """The position behind such a text, or None if the server never gave it out.

        What was given out before there were incarnations is of the first one, 0.
        """
        raw = _decoded(text)
        if raw is None:
            return None
        if len(raw) == _BLOCK:
            sequence = self._open(raw, _FEED)
            return None if sequence is None else LogPosition(0, sequence)
        try:
            plain = self._feed.decrypt(raw, None)
        except (InvalidTag, ValueError):
            return None
        if len(plain) != _POSITION.size or plain[0] != _ONE_POSITION:
            return None
        return LogPosition(*_POSITION.unpack(plain)[1:])

    def page_cursor(self, shown: bytes, reader: str) -> str:
        """What a reader was shown already, as a cursor that goes on from there.

        The same always for the same, and none of another reader's. `shown` is not empty.
        """
        return base64.urlsafe_b64encode(self._pages.encrypt(shown, [reader.encode()])).decode()

    def open_page_cursor(self, text: str, reader: str) -> bytes | None:
        """What such a cursor holds, or None if the server never gave it to this reader."""
        try:
            return self._pages.decrypt(_decoded(text) or b"", [reader.encode()])
        except (InvalidTag, ValueError):
            return None

    def _seal_all(self, numbers: Sequence[int]) -> bytes:
        return self._encrypt(struct.pack(f">{'Q8x' * len(numbers)}", *numbers))

    def _seal(self, number: int, proof: bytes = _ZEROS) -> bytes:
        return self._encrypt(number.to_bytes(8, "big") + proof)

    def _open(self, block: bytes, proof: bytes = _ZEROS) -> int | None:
        if len(block) != _BLOCK:
            return None
        plain = self._decrypt(block)
        return int.from_bytes(plain[:8], "big") if plain[8:] == proof else None


def _decoded(text: str) -> bytes | None:
    try:
        return base64.b64decode(text.encode(), altchars=b"-_", validate=True)
    except (binascii.Error, UnicodeEncodeError):
        return None
