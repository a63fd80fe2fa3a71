"""Opaque ids and cursors: only what the server gave out is taken back."""

import base64

import pytest

from models.reading.history import HistoryCursor
from models.reading.log import LogPosition
from resolvers.id_cipher import IdCipher

CURSORS = [
    HistoryCursor(1_795_176_000_000_000, 1),
    HistoryCursor(-1, 2**62),
    HistoryCursor(0, 0),
]

POSITIONS = [LogPosition(7, 8), LogPosition(0, 0), LogPosition(2**63 - 1, 2**63 - 1)]


@pytest.mark.parametrize("cursor", CURSORS)
def test_a_cursor_is_opened_to_what_it_was_made_of(cursor: HistoryCursor) -> None:
    """Whole, before 1970 as well."""
    id_cipher = IdCipher(bytes(range(16)))

    assert id_cipher.open_history_cursor(id_cipher.history_cursor(cursor)) == cursor


@pytest.mark.parametrize("cursor", CURSORS)
def test_a_cursor_cannot_be_made_of_another(cursor: HistoryCursor) -> None:
    """Whichever bit is changed, of the instant or of the number."""
    id_cipher = IdCipher(bytes(range(16)))
    genuine = base64.urlsafe_b64decode(id_cipher.history_cursor(cursor))

    for bit in range(8 * len(genuine)):
        number = int.from_bytes(genuine, "big") ^ 1 << bit
        forged = base64.urlsafe_b64encode(number.to_bytes(len(genuine), "big"))
        assert id_cipher.open_history_cursor(forged.decode()) is None


def test_a_cursor_of_the_feed_is_none_of_a_history() -> None:
    """Nor is an interaction's id a cursor."""
    id_cipher = IdCipher(bytes(range(16)))

    assert id_cipher.open_history_cursor(id_cipher.feed_cursor(POSITIONS[0])) is None
    assert id_cipher.open_feed_cursor(id_cipher.history_cursor(CURSORS[0])) is None
    assert id_cipher.open_feed_cursor(id_cipher.interaction_id(7)[len("int_") :]) is None
    assert id_cipher.interaction_number("int_" + bytes(16).hex()) is None


@pytest.mark.parametrize("position", POSITIONS)
def test_a_cursor_of_the_feed_is_opened_to_its_position(position: LogPosition) -> None:
    """The same position has the same cursor always, so that clients can tell events by it."""
    id_cipher = IdCipher(bytes(range(16)))

    cursor = id_cipher.feed_cursor(position)

    assert id_cipher.open_feed_cursor(cursor) == position
    assert IdCipher(bytes(range(16))).feed_cursor(position) == cursor
    assert IdCipher(bytes(16)).open_feed_cursor(cursor) is None


def test_a_cursor_of_the_feed_cannot_be_made_of_another() -> None:
    """Whichever bit is changed, of the incarnation or of the sequence, and however it is cut."""
    id_cipher = IdCipher(bytes(range(16)))
    genuine = base64.urlsafe_b64decode(id_cipher.feed_cursor(POSITIONS[0]))

    for bit in range(8 * len(genuine)):
        number = int.from_bytes(genuine, "big") ^ 1 << bit
        forged = base64.urlsafe_b64encode(number.to_bytes(len(genuine), "big"))
        assert id_cipher.open_feed_cursor(forged.decode()) is None
    for length in range(len(genuine)):
        cut = base64.urlsafe_b64encode(genuine[:length])
        assert id_cipher.open_feed_cursor(cut.decode()) is None


def test_a_cursor_from_before_there_were_incarnations_is_of_the_first() -> None:
    """It was given out by an older server under the same key."""
    id_cipher = IdCipher(bytes(range(16)))

    assert id_cipher.open_feed_cursor("ipHWPBHKLRj0qEo6yrzcLg==") == LogPosition(0, 7)


def test_a_cursor_of_a_page_is_its_reader_s_alone() -> None:
    """The same for the same, and opened by nobody else; what was made up is opened by nobody."""
    id_cipher = IdCipher(bytes(range(16)))

    cursor = id_cipher.page_cursor(b"shown", "ann")

    assert id_cipher.page_cursor(b"shown", "ann") == cursor
    assert id_cipher.open_page_cursor(cursor, "ann") == b"shown"
    assert id_cipher.open_page_cursor(cursor, "bob") is None
    assert id_cipher.open_page_cursor("", "ann") is None
    assert id_cipher.open_page_cursor("no base64", "ann") is None
    assert id_cipher.open_page_cursor(id_cipher.feed_cursor(POSITIONS[0]), "ann") is None
