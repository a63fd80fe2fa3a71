"""The module that bundles take."""

import pytest

from tests.support.conformance.tracked import Tracked


@pytest.mark.slow
def test_the_module_tracks_between_start_and_stop(tracked: Tracked) -> None:
    """It finds the server by its own address unless it is told another."""
    found = tracked.visit("module.module")

    assert [each for each in tracked.happened("module") if "VIEW" not in each] == [
        "FAVORITE q",
        "SEARCH tea",
    ]
    assert (found["warnings"], found["errors"]) == ([], [])
