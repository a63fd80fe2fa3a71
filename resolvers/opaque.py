"""Opaque ids and cursors: numbers of the database as texts that nobody can make up or count by."""

import base64
import binascii
import struct
from collections.abc import Sequence
from typing import NamedTuple

from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes

from models.records import Micros

_PREFIX = "int_"
_ZEROS = bytes(8)
_FEED = b"the feed"


class Position(NamedTuple):
    """A place in a history: just at the interaction with this instant and number."""

    occurred_at: Micros
    id: int


class Opaque:
    """Encrypts numbers, one AES block each: the number and eight bytes that prove it genuine."""

    def __init__(self, key: bytes) -> None:
        cipher = Cipher(algorithms.AES(key), modes.ECB())  # noqa: S305 (one unique block each)
        self._encrypt = cipher.encryptor().update
        self._decrypt = cipher.decryptor().update

    def interaction_id(self, number: int) -> str:
        """The id that clients see, `int_` and 32 hex digits."""
        return _PREFIX + self._seal(number).hex()

    def interaction_ids(self, numbers: Sequence[int]) -> list[str]:
        """The ids of many, in a third of the time."""
        count = len(numbers)
        blocks = struct.pack(f">{'Q8x' * count}", *numbers)
        digits = self._encrypt(blocks).hex()
        return [_PREFIX + digits[at : at + 32] for at in range(0, 32 * count, 32)]

    def interaction_number(self, interaction_id: str) -> int | None:
        """The number behind such an id, or None if the server never gave it out."""
        if not interaction_id.startswith(_PREFIX):
            return None
        try:
            return self._open(bytes.fromhex(interaction_id[len(_PREFIX) :]))
        except ValueError:
            return None

    def cursor(self, position: Position) -> str:
        """A position as an edge's cursor."""
        at = position.occurred_at.to_bytes(8, "big", signed=True)
        return base64.urlsafe_b64encode(at + self._seal(position.id, at)).decode()

    def position(self, cursor: str) -> Position | None:
        """The position behind a cursor, or None if the server never gave it out."""
        raw = _decoded(cursor)
        number = None if raw is None else self._open(raw[8:], raw[:8])
        if raw is None or number is None:
            return None
        return Position(int.from_bytes(raw[:8], "big", signed=True), number)

    def feed_cursor(self, place: int) -> str:
        """A place in the log as a cursor of the feed."""
        return base64.urlsafe_b64encode(self._seal(place, _FEED)).decode()

    def feed_place(self, cursor: str) -> int | None:
        """The place behind such a cursor, or None if the server never gave it out."""
        raw = _decoded(cursor)
        return None if raw is None else self._open(raw, _FEED)

    def _seal(self, number: int, proof: bytes = _ZEROS) -> bytes:
        return self._encrypt(number.to_bytes(8, "big") + proof)

    def _open(self, block: bytes, proof: bytes = _ZEROS) -> int | None:
        if len(block) != 16:
            return None
        plain = self._decrypt(block)
        return int.from_bytes(plain[:8], "big") if plain[8:] == proof else None


def _decoded(cursor: str) -> bytes | None:
    try:
        return base64.b64decode(cursor.encode(), altchars=b"-_", validate=True)
    except (binascii.Error, UnicodeEncodeError):
        return None
