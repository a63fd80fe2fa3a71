"""Those who do not want to be tracked, and pages that do not."""

import pytest

from tests.support.conformance.tracked import Tracked

pytestmark = pytest.mark.slow


@pytest.mark.parametrize("signal", ["gpc", "dnt"])
def test_a_privacy_signal_leaves_what_is_pressed(tracked: Tracked, signal: str) -> None:
    """Global Privacy Control and Do Not Track stop what is tracked by itself."""
    found = tracked.visit(f"consent.{signal}")

    assert found["sent"] == ["FAVORITE p"]
    assert tracked.happened(signal) == ["FAVORITE p"]


@pytest.mark.parametrize("marked", ["script", "body"])
def test_a_mark_on_the_script_or_the_body_stops_all(tracked: Tracked, marked: str) -> None:
    """Nothing is recorded, and the server is not even asked."""
    found = tracked.visit(f"consent.{marked}")

    assert found["asked"] == 0
    assert tracked.happened(marked) == []


def test_a_mark_stops_all_within_it_until_it_is_taken_away(tracked: Tracked) -> None:
    """What lies outside is tracked."""
    found = tracked.visit("consent.ancestor")

    assert found["before"] == ["VIEW q", "CLICK q"]
    assert tracked.happened("ancestor") == ["VIEW q", "CLICK q", "VIEW p", "FAVORITE p"]
