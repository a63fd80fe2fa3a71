"""What waits to be sent: over outages and reloads, one user's, never held up."""

from datetime import UTC, datetime, timedelta

import pytest

from tests.support.conformance.tracked import Tracked

pytestmark = pytest.mark.slow


def test_what_happens_offline_is_recorded_once_the_network_is_back(tracked: Tracked) -> None:
    """Nothing is tried meanwhile."""
    found = tracked.visit("queue.offline")

    assert found["waits"] == 2
    assert found["sent"] == ["FAVORITE p", "VIEW p"]
    assert tracked.happened("offline") == ["FAVORITE p", "VIEW p"]


def test_what_waits_outlives_reloads_and_lost_answers(tracked: Tracked) -> None:
    """However often it is sent, it counts once: a press, a click, and the views of two pages."""
    found = tracked.visit("queue.reload")

    assert found["tried"].count("FAVORITE p") > 2
    assert sorted(tracked.happened("reload")) == ["CLICK p", "FAVORITE p", "VIEW p", "VIEW p"]


def test_what_is_refused_for_good_is_told_once_and_holds_nothing_up(tracked: Tracked) -> None:
    """Whether GraphQL refuses it or the server rejects it; what is no input is passed over."""
    found = tracked.visit("queue.poison")

    assert found["heard"] == ["NOPE poison ", "SHARE longlongl TOO_LONG"]
    assert len(found["warnings"]) == 2
    assert [each for each in found["errors"] if "400 (Bad Request)" not in each] == []
    assert [each for each in tracked.happened("poison") if "VIEW" not in each] == [
        "SHARE fine",
        "FAVORITE p",
    ]


def test_an_input_at_which_the_server_stumbles_is_given_up_in_the_end(tracked: Tracked) -> None:
    """All others are recorded, and it is told of once."""
    found = tracked.visit("queue.stumbles")

    assert found["heard"] == ["SHARE stone INTERNAL"]
    shares = [each for each in tracked.happened("stumbles") if "VIEW" not in each]
    assert shares == [f"SHARE {each}" for each in "abcdefg"]


def test_tabs_of_one_user_lose_nothing_of_each_other(tracked: Tracked) -> None:
    """Whichever sends it, and if both do, it counts once."""
    tracked.visit("queue.tabs")

    happened = [each for each in tracked.happened("tabs") if "VIEW" not in each]
    assert sorted(happened) == ["FAVORITE p", "SHARE a", "SHARE b"]


def test_a_server_with_too_much_to_do_is_left_alone_as_long_as_it_says(tracked: Tracked) -> None:
    """Its Retry-After is heeded."""
    found = tracked.visit("queue.overloaded")

    assert found["before"] == 1
    assert set(found["tried"]) == {"SHARE p"}
    assert tracked.happened("overloaded") == ["SHARE p"]


def test_each_user_has_a_queue_and_no_token_is_stored(tracked: Tracked) -> None:
    """What waits of one is sent with that user's token, and is shown to no other."""
    found = tracked.visit("queue.users", "bob")

    assert len(found["waits"]) == 1
    assert " users " in found["waits"][0]
    assert found["kept"] == []
    assert [each for each in tracked.happened("users") if "VIEW" not in each] == ["FAVORITE p"]
    assert [each for each in tracked.happened("bob") if "VIEW" not in each] == ["SHARE p"]


def test_what_is_told_late_of_one_user_is_not_shown_to_the_next(tracked: Tracked) -> None:
    """Whose favorite it was has left the page before the server answered."""
    tracked.record("late", "FAVORITE", "p")

    found = tracked.visit("queue.late", "bob")

    assert found["pressed"] == "false"


def test_what_waits_for_a_new_token_is_sent_with_it(tracked: Tracked) -> None:
    """The page hears once that its token is not taken; until then nothing is tried."""
    found = tracked.visit("queue.expired", "renewed")

    assert found["heard"] == ["trailmark:token"]
    assert found["waits"] == 2
    assert sorted(tracked.happened("renewed")) == ["FAVORITE p", "VIEW p"]


def test_a_wrong_clock_is_corrected(tracked: Tracked) -> None:
    """A page whose clock is a day ahead records what happens now."""
    tracked.visit("queue.skewed")

    (press,) = (each for each in tracked.nodes("skewed") if each["action"] == "FAVORITE")
    age = datetime.now(UTC) - datetime.fromisoformat(press["occurredAt"])
    assert timedelta(0) <= age < timedelta(minutes=5)
