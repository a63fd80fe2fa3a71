"""The folder that workers share: theirs alone, with a seat for each, while the server runs."""

import os
import socket
import tempfile
import time
from pathlib import Path

import pytest

from graph.server.shared_folder import shared_folder
from resolvers.recording.affinity.seats import count_seats, take_seat
from tests.support.durability.server import until


def test_it_is_private_and_gone_afterwards(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What killed servers left is taken away; what belongs to living ones, or others, is not."""
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    for name in ("trailmark-workers-left", "trailmark-metrics-left"):
        (tmp_path / name).mkdir()
        (tmp_path / name / "serve.lock").touch()
    foreign = tmp_path / "trailmark-workers-link"
    (tmp_path / "elsewhere").mkdir()
    (tmp_path / "elsewhere" / "serve.lock").touch()
    foreign.symlink_to(tmp_path / "elsewhere")

    with shared_folder(2) as first, shared_folder(3) as second:
        assert first != second
        assert first.is_dir()
        assert first.stat().st_mode & 0o777 == 0o700
        assert [count_seats(each) for each in (first, second)] == [2, 3]

    assert sorted(os.listdir(tmp_path)) == ["elsewhere", "trailmark-workers-link"]


async def test_nothing_in_it_grows_old(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Systems clear away temporary files of some days; sockets and metrics stay, and the lock."""
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    monkeypatch.setattr("graph.server.shared_folder.FRESHEN_S", 0.01)
    old = time.time() - 11 * 86_400
    with shared_folder(2) as folder, socket.socket(socket.AF_UNIX) as listening:
        listening.bind(str(folder / "0.socket"))
        (folder / "counter_1.db").touch()
        paths = [folder, *folder.iterdir()]
        for path in paths:
            os.utime(path, (old, old))

        await until(lambda: all(path.stat().st_mtime > old + 86_400 for path in paths))
        await until(lambda: all(path.stat().st_atime > old + 86_400 for path in paths))

    assert not folder.exists()


async def test_a_seat_that_is_gone_is_made_anew(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """So a worker that takes the place of another divides lanes by the same number of seats."""
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    monkeypatch.setattr("graph.server.shared_folder.FRESHEN_S", 0.01)
    with shared_folder(2) as folder:
        first = take_seat(folder)
        assert first is not None
        (folder / "1.seat").unlink()

        await until(lambda: count_seats(folder) == 2)

        second = take_seat(folder)
        assert second is not None
        assert (first.number, second.number) == (0, 1)
        first.give_up()
        second.give_up()
