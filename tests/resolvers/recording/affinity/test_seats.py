"""Seats: each worker has one, and one that has ended leaves its own to the next."""

from pathlib import Path

import pytest

from resolvers.recording.affinity.seats import (
    LONGEST_PATH,
    Seat,
    count_seats,
    make_seats,
    socket_path,
    take_seat,
)


def taken(folder: Path) -> Seat:
    seat = take_seat(folder)
    assert seat is not None
    return seat


def test_each_worker_takes_a_seat_of_its_own(tmp_path: Path) -> None:
    """In order; whoever comes when all are taken has none, until one is given up."""
    make_seats(tmp_path, 2)

    one, two, three = taken(tmp_path), taken(tmp_path), take_seat(tmp_path)

    assert (one.number, two.number, three) == (0, 1, None)
    assert count_seats(tmp_path) == 2
    one.give_up()
    four = taken(tmp_path)
    assert four.number == 0
    four.give_up()
    two.give_up()


def test_a_folder_without_seats_has_none_to_take(tmp_path: Path) -> None:
    """As where one process serves alone."""
    assert count_seats(tmp_path) == 0
    assert take_seat(tmp_path) is None


def test_a_path_that_no_socket_can_have_is_refused(tmp_path: Path) -> None:
    """Systems cut such paths or refuse them; ours is told before."""
    folder = Path("/" + "x" * (LONGEST_PATH - len("/0.socket") - 1))

    assert len(str(socket_path(folder, 0))) == LONGEST_PATH
    with pytest.raises(ValueError, match="too long"):
        socket_path(folder / "y", 0)
