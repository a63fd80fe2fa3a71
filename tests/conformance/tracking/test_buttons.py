"""Buttons of actions: what they show and what presses come to."""

import pytest

from tests.support.conformance.tracked import Tracked

pytestmark = pytest.mark.slow


def test_buttons_show_what_holds_and_presses_change_it(tracked: Tracked) -> None:
    """From the start, and after a reload; what excludes another takes it back."""
    tracked.record("states", "FAVORITE", "p")

    found = tracked.visit("buttons.states")

    sent = [each for each in found["sent"] if each != "VIEW p"]
    assert sent == ["undo FAVORITE p", "BOOKMARK p", "LESS_LIKE_THIS p"]
    states = [each for each in tracked.happened("states") if each != "VIEW p"]
    assert states == ["BOOKMARK p", "LESS_LIKE_THIS p"]
    assert (found["warnings"], found["errors"]) == ([], [])


def test_opposite_presses_cancel_before_they_are_sent(tracked: Tracked) -> None:
    """But not those of an action that takes another back."""
    tracked.record("opposites", "FAVORITE", "q")

    found = tracked.visit("buttons.opposites")

    sent = [each for each in found["sent"] if "VIEW" not in each]
    assert sent == ["BOOKMARK p", "LESS_LIKE_THIS p", "undo LESS_LIKE_THIS p"]
    states = [each for each in tracked.happened("opposites") if "VIEW" not in each]
    assert states == ["FAVORITE q", "BOOKMARK p"]


def test_presses_cancel_nothing_while_it_is_unknown_what_holds(tracked: Tracked) -> None:
    """What the button shows in the end is what holds."""
    tracked.record("unknown", "FAVORITE", "p")

    found = tracked.visit("buttons.unknown")

    assert [each for each in found["sent"] if "VIEW" not in each] == ["undo FAVORITE p"]
    assert [each for each in tracked.happened("unknown") if "VIEW" not in each] == []


def test_the_last_press_counts_also_where_the_clock_is_ahead(tracked: Tracked) -> None:
    """The server dates all of a batch alike then, so of several presses the last one is sent."""
    found = tracked.visit("buttons.ahead")

    sent = [each for each in found["sent"] if "VIEW" not in each]
    assert sent == ["FAVORITE p", "MORE_LIKE_THIS p"]
    states = [each for each in tracked.happened("ahead") if "VIEW" not in each]
    assert sorted(states) == ["FAVORITE p", "MORE_LIKE_THIS p"]


def test_the_browser_remembers_the_states_of_a_limited_user(tracked: Tracked) -> None:
    """The server does not keep whose they are, but takes them back."""
    tracked.set_privacy("limited", "LIMITED")

    found = tracked.visit("buttons.limited")

    assert [each for each in found["sent"] if "VIEW" not in each] == [
        "FAVORITE of-limited",
        "undo FAVORITE of-limited",
    ]
    assert tracked.counts("limited", "of-limited").get("FAVORITE", 0) == 0


def test_buttons_may_be_of_other_targets_and_outside_of_posts(tracked: Tracked) -> None:
    """A state that is refused is shown as it was; a button of nothing does nothing."""
    found = tracked.visit("buttons.kinds")

    assert [each.split()[0] for each in tracked.happened("kinds")] == [
        "GROUP_JOIN",
        "PROFILE_VIBE",
        "FAVORITE",
    ]
    assert len(found["sent"]) == 4
    assert len(found["warnings"]) == 1
