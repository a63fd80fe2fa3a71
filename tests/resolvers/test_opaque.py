"""Opaque ids and cursors: only what the server gave out is taken back."""

import base64

import pytest

from resolvers.opaque import Opaque, Position

POSITIONS = [Position(1_795_176_000_000_000, 1), Position(-1, 2**62), Position(0, 0)]


@pytest.mark.parametrize("position", POSITIONS)
def test_a_cursor_is_its_position(position: Position) -> None:
    """Whole, before 1970 as well."""
    opaque = Opaque(bytes(range(16)))

    assert opaque.position(opaque.cursor(position)) == position


@pytest.mark.parametrize("position", POSITIONS)
def test_a_cursor_cannot_be_made_of_another(position: Position) -> None:
    """Whichever bit is changed, of the instant or of the number."""
    opaque = Opaque(bytes(range(16)))
    genuine = base64.urlsafe_b64decode(opaque.cursor(position))

    for bit in range(8 * len(genuine)):
        number = int.from_bytes(genuine, "big") ^ 1 << bit
        forged = base64.urlsafe_b64encode(number.to_bytes(len(genuine), "big"))
        assert opaque.position(forged.decode()) is None


def test_a_cursor_of_the_feed_is_none_of_a_history() -> None:
    """Nor is an interaction's id a cursor."""
    opaque = Opaque(bytes(range(16)))

    assert opaque.position(opaque.feed_cursor(7)) is None
    assert opaque.feed_place(opaque.cursor(POSITIONS[0])) is None
    assert opaque.interaction_number("int_" + bytes(16).hex()) is None
