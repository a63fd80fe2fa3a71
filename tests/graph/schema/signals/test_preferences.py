"""Preferences over GraphQL: what a user's interactions say of what the user wants."""

from typing import Any

import pytest

from models.database.database import Database
from models.ledger.opening import open_ledger
from models.vocabulary import ActionType
from resolvers.identity import Identity
from resolvers.privacy.pruning import Cutoff, Pruned, prune
from resolvers.recording.contexts import RecordContext
from resolvers.scoring.weights import Scoring
from tests.support.client import Caller
from tests.support.pasts import choose, differences, erase, imported, old, traces
from tests.support.serving import SECRET
from tests.support.signals.asking import describe
from tests.support.signals.preferences import PREFERENCES, preferences
from tests.support.sql import run

DAY_S = 86_400
HALF_LIFE_S = 14 * DAY_S
BOB = Identity(SECRET).alias("bob")
CATS = {"contentType": "video", "hashtags": ["Cats", "pets"], "authorId": "bob", "source": "home"}
ALL_FACETS = ("CONTENT_TYPE video", "HASHTAG cats", "HASHTAG pets", f"AUTHOR {BOB}", "SOURCE home")


async def record(caller: Caller, action: str, post: str = "p", **more: Any) -> str:
    """Ann does something; what became of it."""
    input = {"userId": "ann", "action": action, "postId": post, "context": CATS, **more}
    return await caller.outcome(**input)


async def test_each_facet_of_a_context_weighs_what_was_done(caller: Caller) -> None:
    """A favorite weighs 4: for its content type, each hashtag, its author and its source."""
    await record(caller, "FAVORITE")

    assert await preferences(caller, "ann") == dict.fromkeys(ALL_FACETS, (4.0, 1))
    assert await differences() == []


async def test_weights_are_signed_decay_and_add_up(caller: Caller) -> None:
    """A reply of two weeks ago counts half; a report counts against what it was about; views
    count nothing, and are counted."""
    await record(caller, "REPLY", context={"hashtags": ["cats"]})
    caller.clock.advance(HALF_LIFE_S)
    await record(caller, "FAVORITE", context={"hashtags": ["cats", "dogs"]})
    await record(caller, "REPORT", "q", context={"hashtags": ["wars"]})
    await record(caller, "VIEW", "q", context={"hashtags": ["dogs", "ants"]})

    found = await preferences(caller, "ann")

    assert found == {
        "HASHTAG cats": (7.0, 2),
        "HASHTAG dogs": (4.0, 2),
        "HASHTAG ants": (0.0, 1),
        "HASHTAG wars": (-12.0, 1),
    }
    assert list(found) == ["HASHTAG cats", "HASHTAG dogs", "HASHTAG ants", "HASHTAG wars"]


async def test_the_first_of_each_kind_are_shown_ties_by_value(caller: Caller) -> None:
    """As many as asked for, 10 unless said; out of bounds is refused."""
    await record(caller, "CLICK", context={"hashtags": [f"t{n:02}" for n in range(12)]})

    assert len(await preferences(caller, "ann", 0)) == 0
    assert list(await preferences(caller, "ann", 2)) == ["HASHTAG t00", "HASHTAG t01"]
    shown = await caller.data('{ user(id: "ann") { preferences { hashtags { value } } } }')
    assert len(shown["user"]["preferences"]["hashtags"]) == 10
    (error,) = await caller.errors(PREFERENCES, id="ann", first=101)
    assert error["extensions"]["code"] == "BAD_USER_INPUT"
    assert error["message"].startswith("first: ")


async def test_an_undo_takes_exactly_its_part_out(caller: Caller) -> None:
    """Whatever came in between, and in whatever context it was recorded."""
    await record(caller, "FAVORITE")
    before = await preferences(caller, "ann")

    await record(caller, "BOOKMARK", context={**CATS, "hashtags": ["cats", "dogs"]})
    assert await record(caller, "FAVORITE", undo=True, context={"hashtags": ["wars"]}) == "UNDONE"
    assert await record(caller, "FAVORITE", context=CATS) == "REACTIVATED"
    assert await record(caller, "BOOKMARK", undo=True) == "UNDONE"

    assert await preferences(caller, "ann") == before
    assert await differences() == []


async def test_a_reactivation_counts_by_its_new_context(caller: Caller) -> None:
    """The context that was undone is no longer counted; a repeat changes nothing."""
    await record(caller, "FAVORITE")
    await record(caller, "FAVORITE", undo=True)
    assert await preferences(caller, "ann") == {}

    await record(caller, "FAVORITE", context={"source": "search"})
    assert await record(caller, "FAVORITE", context=CATS) == "UNCHANGED"

    assert await preferences(caller, "ann") == {"SOURCE search": (4.0, 1)}
    assert await differences() == []


async def test_opposites_leave_only_what_holds(caller: Caller) -> None:
    """More like this, and then less: what is left speaks against it."""
    await record(caller, "MORE_LIKE_THIS")
    await record(caller, "LESS_LIKE_THIS")

    assert await preferences(caller, "ann") == dict.fromkeys(ALL_FACETS, (-6.0, 1))
    assert await differences() == []


async def test_any_kind_of_target_counts(caller: Caller) -> None:
    """A visit of a profile with an author in its context counts for that author."""
    target = {"kind": "PROFILE", "id": "bob"}
    input = {"userId": "ann", "action": "PROFILE_VISIT", "target": target}
    await caller.record(**input, context={"authorId": "bob"})

    assert await preferences(caller, "ann") == {f"AUTHOR {BOB}": (2.0, 1)}


async def test_many_of_one_batch_count_together(caller: Caller) -> None:
    """Several users and interactions in one call."""
    inputs = [
        {"userId": user, "action": "CLICK", "postId": f"p{n}", "context": {"source": "home"}}
        for n in range(300)
        for user in ("ann", "bob")
    ]
    await caller.outcomes(*inputs)

    assert await preferences(caller, "ann") == {"SOURCE home": (300.0, 300)}
    assert await preferences(caller, "bob") == {"SOURCE home": (300.0, 300)}
    assert await differences() == []


async def test_what_a_context_lacks_comes_from_the_description(caller: Caller) -> None:
    """Each kind for itself; an empty list counts as none given, and the context stays as it was."""
    ants = ["ants", "bees"]
    await describe(caller, "p", hashtags=ants, authorId="bob", contentType="picture")

    await record(caller, "FAVORITE", context={"source": "home", "hashtags": []})
    await record(caller, "CLICK", context={"hashtags": ["dogs"], "contentType": "video"})

    assert await preferences(caller, "ann") == {
        "CONTENT_TYPE picture": (4.0, 1),
        "CONTENT_TYPE video": (1.0, 1),
        "HASHTAG ants": (4.0, 1),
        "HASHTAG bees": (4.0, 1),
        "HASHTAG dogs": (1.0, 1),
        f"AUTHOR {BOB}": (5.0, 2),
        "SOURCE home": (4.0, 1),
    }
    shown = "{ nodes { context { contentType hashtags authorAlias } } }"
    data = await caller.data(f'{{ user(id: "ann") {{ interactions {shown} }} }}')
    contexts = [node["context"] for node in data["user"]["interactions"]["nodes"]]
    assert contexts == [
        {"contentType": "video", "hashtags": ["dogs"], "authorAlias": None},
        {"contentType": None, "hashtags": [], "authorAlias": None},
    ]
    assert await differences() == []


async def test_an_empty_text_as_content_type_is_one(caller: Caller) -> None:
    """Whether the context says so or the description alone."""
    await describe(caller, "p", contentType="")

    await record(caller, "FAVORITE", context=None)
    await record(caller, "CLICK", "q", context={"contentType": ""})

    assert await preferences(caller, "ann") == {"CONTENT_TYPE ": (5.0, 2)}
    assert await differences() == []


async def test_an_undo_takes_out_what_the_description_said_then(caller: Caller) -> None:
    """Although the post is described otherwise by now."""
    await describe(caller, "p", hashtags=["ants"], contentType="picture")
    await record(caller, "FAVORITE", context=None)
    await describe(caller, "p", hashtags=["bees"], contentType=None)
    assert list(await preferences(caller, "ann")) == ["CONTENT_TYPE picture", "HASHTAG ants"]

    await record(caller, "FAVORITE", undo=True)
    assert await preferences(caller, "ann") == {}

    await record(caller, "FAVORITE", context=None)
    assert await preferences(caller, "ann") == {"HASHTAG bees": (4.0, 1)}
    assert await differences() == []


async def test_pruning_leaves_what_was_counted(caller: Caller) -> None:
    """Events and states alike; an undo after it finds the context gone, and leaves its part."""
    await record(caller, "REPLY")
    await record(caller, "FAVORITE")
    caller.clock.advance(HALF_LIFE_S)
    await _prune(caller)

    assert await preferences(caller, "ann") == dict.fromkeys(ALL_FACETS, (5.0, 2))
    assert await record(caller, "FAVORITE", undo=True) == "UNDONE"
    assert await preferences(caller, "ann") == dict.fromkeys(ALL_FACETS, (5.0, 2))
    assert await record(caller, "FAVORITE", context={"source": "home"}) == "REACTIVATED"
    assert (await preferences(caller, "ann"))["SOURCE home"] == (9.0, 3)
    assert await differences() == []


async def test_what_is_imported_from_before_the_retention_counts_at_once(caller: Caller) -> None:
    """An event has no row and a state no context; both have counted their facets."""
    context = RecordContext(source="home")
    await imported(
        caller,
        old("ann", ActionType.REPLY, post_id="p", context=context),
        old("ann", ActionType.FAVORITE, post_id="p", context=context),
    )

    score, number = (await preferences(caller, "ann"))["SOURCE home"]

    assert number == 2
    assert 0 < score < 0.2
    assert await differences() == []


@pytest.mark.parametrize("level", ["LIMITED", "NONE"])
async def test_lowering_takes_all_of_it(caller: Caller, level: str) -> None:
    """Folded parts as well; and at that level nothing is counted."""
    await record(caller, "REPLY")
    caller.clock.advance(HALF_LIFE_S)
    await _prune(caller)
    await record(caller, "FAVORITE")
    await record(caller, "CLICK", "q", userId="bob")

    await choose(caller, userId="ann", level=level)
    await record(caller, "REPLY", "q")

    assert await preferences(caller, "ann") == {}
    assert len(await preferences(caller, "bob")) == len(ALL_FACETS)
    assert await traces(caller.url, "ann") == ["privacy_settings"]
    assert await differences() == []


async def test_erasing_takes_all_of_it_and_begins_afresh(caller: Caller) -> None:
    """Nothing of before is counted again."""
    await record(caller, "FAVORITE")
    await erase(caller, userId="ann", confirm=True)
    assert await preferences(caller, "ann") == {}

    await record(caller, "CLICK")

    assert await preferences(caller, "ann") == dict.fromkeys(ALL_FACETS, (1.0, 1))
    assert await differences() == []


async def test_what_a_wrong_clock_dated_ahead_counts_as_of_now(caller: Caller) -> None:
    """Beside what was dated rightly, and after it is set back."""
    caller.clock.advance(-HALF_LIFE_S)
    await record(caller, "REPLY", context={"source": "home"})
    caller.clock.advance(3 * HALF_LIFE_S)
    await record(caller, "REPLY", context={"source": "home"})
    caller.clock.advance(-2 * HALF_LIFE_S)

    assert await preferences(caller, "ann") == {"SOURCE home": (9.0, 2)}
    await caller.data("mutation { recalculateScores { maxDrift } }")
    assert await preferences(caller, "ann") == {"SOURCE home": (9.0, 2)}
    assert await differences() == []


async def test_what_differs_is_reported_and_put_right(caller: Caller) -> None:
    """A part that was lost, and one that is there twice; what was folded stays."""
    await record(caller, "REPLY", context={"source": "old"})
    caller.clock.advance(HALF_LIFE_S)
    await _prune(caller)
    kept = await _numbers(caller)
    await record(caller, "FAVORITE", context={"source": "home"})
    (lost,) = await _numbers(caller) - kept
    await record(caller, "CLICK", context={"hashtags": ["ants"]})
    (doubled,) = await _numbers(caller) - kept - {lost}
    right = await preferences(caller, "ann")
    await run(caller.url, f"DELETE FROM facet_parts WHERE number = {lost}")
    again = f"SELECT user_alias, 7, entries FROM facet_parts WHERE number = {doubled}"
    await run(caller.url, f"INSERT INTO facet_parts {again}")
    alias = Identity(SECRET).alias("ann")

    assert sorted(_values(await differences())) == [
        (f"USER {alias} HASHTAG ants CLICK count", "stored 2, recounted 1"),
        (f"USER {alias} HASHTAG ants CLICK decayed", ""),
        (f"USER {alias} SOURCE home FAVORITE count", "stored 0, recounted 1"),
        (f"USER {alias} SOURCE home FAVORITE decayed", ""),
    ]
    await caller.data("mutation { recalculateScores { maxDrift } }")
    assert await differences() == []
    assert await preferences(caller, "ann") == right
    assert list(right) == ["HASHTAG ants", "SOURCE home", "SOURCE old"]


@pytest.mark.parametrize(
    ("statement", "drift"),
    [
        ("DELETE FROM facet_parts", 1.0),
        ("INSERT INTO facet_parts SELECT user_alias, 7, entries FROM facet_parts", 1.0),
        ("INSERT INTO facet_parts SELECT 'u_' || user_alias, 7, entries FROM facet_parts", 2.0),
    ],
    ids=["lost", "doubled", "nobody's"],
)
async def test_what_preferences_were_off_by_is_told_as_drift(
    caller: Caller, statement: str, drift: float
) -> None:
    """Of scores as of now, relative to what is right if that is above one; then it is none."""
    await record(caller, "FAVORITE")
    caller.clock.advance(HALF_LIFE_S)
    await run(caller.url, statement)

    assert [await recalculated(caller), await recalculated(caller)] == [drift, 0.0]
    assert await preferences(caller, "ann") == dict.fromkeys(ALL_FACETS, (2.0, 1))


async def recalculated(caller: Caller) -> float:
    """Recalculate; the largest drift that was found."""
    data = await caller.data("mutation { recalculateScores { maxDrift } }")
    found: float = data["recalculateScores"]["maxDrift"]
    return found


async def _numbers(caller: Caller) -> set[int]:
    """The numbers of all parts."""
    return {number for (number,) in await run(caller.url, "SELECT number FROM facet_parts")}


def _values(differences: list[str]) -> list[tuple[str, str]]:
    """What differs, and how; of what is decayed, that it does."""
    pairs = (each.split(": ") for each in differences)
    return [(what, "" if what.endswith("decayed") else how) for what, how in pairs]


async def test_a_stranger_prefers_nothing(caller: Caller) -> None:
    """The lists are empty."""
    assert await preferences(caller, "nobody knows") == {}


async def _prune(caller: Caller) -> None:
    """Prune all that was recorded so far."""
    ledger = open_ledger(Database.at(caller.url))
    now = caller.clock.now
    await prune(ledger, Scoring(), Cutoff(now, now), Pruned())
    await ledger.close()
