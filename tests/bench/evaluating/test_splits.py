"""Splits: what is held out, and that nothing tells of it to what learns."""

import pytest

from bench.evaluating.events import Event, read
from bench.evaluating.splits import by_time, latest_favorites
from models.vocabulary import ActionType


def _events(*deeds: str) -> list[Event]:
    """One a second: `user post` is a favorite, `user post view` a view."""
    events = []
    for second, deed in enumerate(deeds):
        user, post, *view = deed.split()
        action = ActionType.VIEW if view else ActionType.FAVORITE
        events.append(Event(user, post, action, 1_000_000 * second, False, b""))
    return events


def _learned(events: list[Event]) -> list[str]:
    return [f"{event.user} {event.post}" for event in events]


def test_the_latest_favorite_of_each_user_is_held_out() -> None:
    """With all that the user did from then on, and all that was done before with the same post."""
    events = _events("a 1", "a 2 view", "a 3 view", "b 1", "a 3", "a 4 view", "b 2", "c 3")

    split = latest_favorites(events)

    assert split.held == {"a": {"3"}, "b": {"2"}}  # c would have nothing left
    assert _learned(split.training) == ["a 1", "a 2", "b 1"]
    assert split.seen == {"a": {"1", "2"}, "b": {"1"}}
    assert split.now == 7_000_001


def test_by_time_the_last_share_is_held_out() -> None:
    """Of it only favorites are to be guessed, of known users, of posts that they had not seen."""
    events = _events("a 1", "b 2", "a 3 view", "b 1 view", "c 1", "a 3", "a 4 view", "b 5", "b 6")

    split = by_time(events, 0.5)

    assert split.held == {"b": {"5", "6"}}
    assert _learned(split.training) == ["a 1", "b 2", "a 3", "b 1"]
    assert split.now == 3_000_001


def test_a_share_is_between_nothing_and_all() -> None:
    """Else nothing would be learned, or nothing guessed."""
    with pytest.raises(ValueError, match="share: got 1; allowed is more than 0 and less than 1"):
        by_time(_events("a 1"), 1)


def test_lines_are_put_in_the_order_of_their_instants() -> None:
    """Those that are not about a post, or that lack an instant or sense, are passed over."""
    at = '"occurred_at": "2026-11-20T12:00:0'
    lines = [
        f'{{"user_id": "a", "action": "FAVORITE", "post_id": "1", {at}2Z"}}\n'.encode(),
        f'{{"user_id": "a", "action": "VIEW", "post_id": "2", {at}1Z"}}'.encode(),
        b'{"user_id": "a", "action": "VIEW", "post_id": "2"}\n',
        f'{{"user_id": "a", "action": "SEARCH", "target": {{"kind": "QUERY", "id": "1"}}, {at}2Z"}}'
        "\n".encode(),
        b"nonsense\n",
    ]

    found = read(lines)

    assert [event.post for event in found.events] == ["2", "1"]
    assert [event.line for event in found.events] == [lines[1] + b"\n", lines[0]]
    assert found.passed_over == 3
