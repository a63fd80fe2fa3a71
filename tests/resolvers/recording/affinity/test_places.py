"""Places: each worker has one, and one that has ended leaves its own to the next."""

from pathlib import Path

import pytest

from resolvers.recording.affinity.places import (
    LONGEST_PATH,
    Place,
    count_places,
    make_places,
    socket_path,
    take_place,
)


def taken(folder: Path) -> Place:
    place = take_place(folder)
    assert place is not None
    return place


def test_each_worker_takes_a_place_of_its_own(tmp_path: Path) -> None:
    """In order; whoever comes when all are taken has none, until one is given up."""
    make_places(tmp_path, 2)

    one, two, three = taken(tmp_path), taken(tmp_path), take_place(tmp_path)

    assert (one.number, two.number, three) == (0, 1, None)
    assert count_places(tmp_path) == 2
    one.give_up()
    four = taken(tmp_path)
    assert four.number == 0
    four.give_up()
    two.give_up()


def test_a_folder_without_places_has_none_to_take(tmp_path: Path) -> None:
    """As where one process serves alone."""
    assert count_places(tmp_path) == 0
    assert take_place(tmp_path) is None


def test_a_path_that_no_socket_can_have_is_refused(tmp_path: Path) -> None:
    """Systems cut such paths or refuse them; ours is told before."""
    folder = Path("/" + "x" * (LONGEST_PATH - len("/0.socket") - 1))

    assert len(str(socket_path(folder, 0))) == LONGEST_PATH
    with pytest.raises(ValueError, match="too long"):
        socket_path(folder / "y", 0)
