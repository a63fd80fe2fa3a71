"""What is tracked by itself: views, clicks, expanded media."""

import pytest

from tests.support.conformance.tracked import Tracked

pytestmark = pytest.mark.slow


def test_a_post_is_viewed_once_half_of_it_was_visible_for_a_second(tracked: Tracked) -> None:
    """Neither less of it counts, nor a shorter time, nor one in which the page is hidden.

    A page that comes back from the browser's cache is viewed anew.
    """
    found = tracked.visit("posts.views")

    assert found["waits"] == [0, 0, 0, 2, 0, 1, 0, 1, 0, 2]
    once = ["VIEW first", "VIEW second", "VIEW later", "VIEW taller"]
    assert tracked.happened("views") == [*once, "VIEW first", "VIEW second"]
    assert found["sent"] == tracked.happened("views")
    assert (found["warnings"], found["errors"]) == ([], [])


def test_clicks_are_those_of_the_innermost_post(tracked: Tracked) -> None:
    """A double click is one, buttons and what is no post are none, and media are expanded."""
    found = tracked.visit("posts.clicks")

    assert tracked.happened("clicks") == [
        "CLICK p",
        "CLICK p",
        "CLICK p",
        "MEDIA_EXPAND p",
        "CLICK quoted",
        "SHARE p",
        "CLICK p",
        "VIEW p",
        "VIEW quoted",
    ]
    assert found["sent"] == tracked.happened("clicks")
    assert (found["warnings"], found["errors"]) == ([], [])


def test_posts_that_appear_later_are_tracked_too(tracked: Tracked) -> None:
    """Also an element that comes to stand for another post."""
    found = tracked.visit("posts.later")

    assert tracked.happened("later") == [
        "VIEW added",
        "FAVORITE added",
        "VIEW another",
        "CLICK another",
    ]
    assert found["errors"] == []


def test_what_happens_as_a_page_is_left_is_recorded_once(tracked: Tracked) -> None:
    """It is sent although the page is gone, and counts once if the next page sends it again."""
    tracked.visit("posts.leaving")

    (click,) = (each for each in tracked.nodes("leaving") if each["action"] == "CLICK")
    assert click["target"] == {"targetId": "left"}
    assert click["context"] == {
        "source": "home",
        "recommended": True,
        "recommendationId": "trailmark:r1",
        "hashtags": ["tea", "cups"],
    }
