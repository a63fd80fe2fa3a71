"""The folder that workers share: theirs alone, with a seat for each, while the server runs."""

import os
import tempfile
from pathlib import Path

import pytest

from graph.server.shared_folder import shared_folder
from resolvers.recording.affinity.seats import count_seats


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
