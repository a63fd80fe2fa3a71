"""`make eval` over files that there is little in."""

from pathlib import Path

import pytest
import typer

from bench.evaluating.__main__ import main

VIEW = b'{"user_id": "ann", "action": "VIEW", "post_id": "p", "occurred_at": "2026-11-20T12:00Z"}'


@pytest.mark.parametrize(
    ("lines", "counted"),
    [(b"", "0 lines, 0 passed over"), (b"no line\n" + VIEW, "1 lines, 1 passed over")],
    ids=["an empty file", "a view"],
)
def test_it_says_where_there_is_nothing_to_guess(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], lines: bytes, counted: str
) -> None:
    """Neither split has a favorite that could be held out."""
    file = tmp_path / "interactions.ndjson"
    file.write_bytes(lines)

    main(file)

    assert capsys.readouterr().out.splitlines() == [
        counted,
        "latest favorite: no favorite is left to guess",
        "by time: no favorite is left to guess",
    ]


@pytest.mark.parametrize("share", [0.0, 1.0, float("nan")])
def test_a_share_that_leaves_nothing_is_refused(share: float) -> None:
    """It would hold out all lines, or none."""
    with pytest.raises(typer.BadParameter, match="share: got "):
        main(share=share)
