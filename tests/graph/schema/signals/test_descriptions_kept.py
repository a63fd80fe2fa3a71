"""What descriptions are kept as: found by what they say, without those who were erased."""

from typing import Any

import pytest

from models.database.database import Database
from models.ledger.opening import open_ledger
from models.records import Changes, Known, Wanted
from models.signal_records import FacetKey, StoredFacet
from resolvers.identity import Identity
from tests.support.client import Caller
from tests.support.pasts import choose, differences, erase, traces
from tests.support.serving import SECRET
from tests.support.sql import run

DESCRIBE = """
mutation Describe($inputs: [DescribePostInput!]!) {
  describePosts(inputs: $inputs) { errors { message } }
}
"""
POSTS = '{ posts(ids: ["p", "q"]) { authorAlias contentType } }'
RECALCULATE = "mutation { recalculateScores { maxDrift } }"
FOUND_BY = "SELECT post_id, facet, value, at FROM post_facets ORDER BY post_id, facet, value"


async def describe(caller: Caller, *inputs: dict[str, Any]) -> None:
    data = await caller.data(DESCRIBE, inputs=list(inputs))
    assert data["describePosts"]["errors"] == []


def alias(user_id: str) -> str:
    return Identity(SECRET).alias(user_id)


async def test_a_post_is_found_by_each_thing_it_is_said_to_be(caller: Caller) -> None:
    """Since it was created, or first described if that was before; not once it is deleted."""
    described_at = caller.clock.now
    await describe(
        caller,
        {
            "postId": "p",
            "contentType": "video",
            "hashtags": ["b", "a"],
            "authorId": "ann",
            "places": [{"kind": "GROUP", "id": "g"}],
        },
        {"postId": "q", "hashtags": ["a"], "createdAt": "2026-11-01T00:00:00Z"},
        {"postId": "r", "hashtags": ["a"], "createdAt": "2036-11-01T00:00:00Z"},
    )
    first = await run(caller.url, FOUND_BY)
    caller.clock.advance(60)
    await describe(
        caller, {"postId": "p", "hashtags": ["c"], "places": None}, {"postId": "q", "deleted": True}
    )
    second = await run(caller.url, FOUND_BY)
    await describe(caller, {"postId": "q", "deleted": False})

    created_at = 1_793_491_200_000_000
    assert first == [
        ("p", 1, "video", described_at),
        ("p", 2, "a", described_at),
        ("p", 2, "b", described_at),
        ("p", 3, alias("ann"), described_at),
        ("p", 5, "GROUP:g", described_at),
        ("q", 2, "a", created_at),
        ("r", 2, "a", described_at),
    ]
    assert second == [
        ("p", 1, "video", described_at),
        ("p", 2, "c", described_at),
        ("p", 3, alias("ann"), described_at),
        ("r", 2, "a", described_at),
    ]
    assert ("q", 2, "a", created_at) in await run(caller.url, FOUND_BY)
    assert await differences() == []


async def test_who_is_erased_is_no_author_any_more(
    caller: Caller, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Of no post, whether deleted or not, in steps; what else is said about it stays."""
    monkeypatch.setattr("resolvers.privacy.authorship.POSTS_AT_ONCE", 2)
    some = [{"postId": f"p{number}", "authorId": "ann"} for number in range(5)]
    await describe(caller, *some, {"postId": "p0", "deleted": True})
    await describe(caller, {"postId": "p", "authorId": "ann", "contentType": "text"})
    await describe(caller, {"postId": "q", "authorId": "bob"})

    await erase(caller, userId="ann", confirm=True)

    assert await traces(caller.url, "ann") == []
    assert (await caller.data(POSTS))["posts"] == [
        {"authorAlias": None, "contentType": "text"},
        {"authorAlias": alias("bob"), "contentType": None},
    ]
    assert await differences() == []


@pytest.mark.parametrize("level", ["LIMITED", "NONE"])
async def test_who_only_wants_less_stored_stays_the_author(caller: Caller, level: str) -> None:
    """A level is about what the user does; descriptions are what the site says."""
    await describe(caller, {"postId": "p", "authorId": "ann"})

    await choose(caller, userId="ann", level=level)

    assert (await caller.data(POSTS))["posts"][0]["authorAlias"] == alias("ann")


async def test_verify_tells_what_posts_are_wrongly_found_by(
    caller: Caller, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What is missing, too much or of another instant; recalculating sets it right."""
    monkeypatch.setattr("resolvers.audit.descriptions.POSTS_AT_ONCE", 2)
    some = [{"postId": f"p{number}", "contentType": "text"} for number in range(5)]
    await describe(caller, *some, {"postId": "gone", "hashtags": ["x"], "deleted": True})
    right = await run(caller.url, FOUND_BY)
    await run(caller.url, "DELETE FROM post_facets WHERE post_id = 'p1'")
    await run(caller.url, "UPDATE post_facets SET at = 5 WHERE post_id = 'p3'")
    await plant(caller.url, StoredFacet("gone", 2, "x", 1), StoredFacet("zzz", 3, "u_x", 1))

    told = await differences()
    await caller.data(RECALCULATE)

    assert told == [
        "POST gone found by HASHTAG x: stored 1, recounted 0",
        "POST p1 found by CONTENT_TYPE text: stored 0, recounted 1",
        f"POST p3 found by CONTENT_TYPE text since: stored 5, recounted {right[0][3]:.12g}",
        "POST zzz found by AUTHOR u_x: stored 1, recounted 0",
    ]
    assert await differences() == []
    assert await run(caller.url, FOUND_BY) == right


async def plant(url: str, *facets: StoredFacet) -> None:
    def judged(known: Known) -> tuple[Changes, None]:
        keys = {FacetKey(each.post_id, each.facet, each.value): each for each in facets}
        return Changes(known.last_number, facets=keys), None

    ledger = open_ledger(Database.at(url))
    await ledger.transact(Wanted(), judged)
    await ledger.close()
