"""The pace of followers: how long they rest between two rounds."""

import pytest

from resolvers.following.pace import rest_after


@pytest.mark.parametrize(
    ("took_s", "rest_s"),
    [
        pytest.param(0.0, 0.2, id="nothing to do"),
        pytest.param(0.02, 0.2, id="a quick round"),
        pytest.param(0.1, 0.9, id="a tenth of the time is the follower's"),
        pytest.param(0.4, 0.7, id="what comes now is followed 1.5 s from now at last"),
        pytest.param(2.0, 0.2, id="a round that comes too late anyway"),
    ],
)
def test_a_follower_rests_longer_after_more_work_but_never_too_long(
    took_s: float, rest_s: float
) -> None:
    """Rounds are few while there is much to follow, and nothing waits for long."""
    assert rest_after(took_s, least_s=0.2) == pytest.approx(rest_s)
