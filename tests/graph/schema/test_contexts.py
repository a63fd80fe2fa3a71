"""Contexts of interactions: what was written in one can be read again, and authors are users."""

from typing import Any

import pytest

from tests.support.client import Caller
from tests.support.pasts import alias, everything

pytestmark = pytest.mark.either_database

CONTEXT = """{ user(id: "ann") { interactions { nodes { target { kind targetId id } context {
  source recommended recommendationId contentType hashtags authorAlias metadata } } } } }"""
STATS = "query ($id: ID!) { targetStats(kind: HASHTAG, id: $id) { target { targetId } %s } }"
COUNTED = STATS % "counts { count }"
ANN = {"userId": "ann", "action": "VIEW", "postId": "p"}

#: One hashtag, as different clients write it.
SPELLINGS = ["café", "#café", "cafe\u0301", "CAFE\u0301", "＃Ｃａｆé", "##Café"]


async def shown(caller: Caller) -> list[dict[str, Any]]:
    nodes = (await caller.data(CONTEXT))["user"]["interactions"]["nodes"]
    return [node["context"] for node in nodes]


async def test_all_that_is_written_in_a_context_can_be_read(caller: Caller) -> None:
    """Hashtags in their one form, each once; the author as an alias."""
    context = {
        "source": "home",
        "recommended": True,
        "recommendationId": "r",
        "contentType": "video",
        "hashtags": ["#Cats", "dogs", "cats", "#"],
        "metadata": {"a": 1},
    }
    await caller.record(**ANN, context={**context, "authorId": "zoe"})

    assert await shown(caller) == [
        {**context, "hashtags": ["cats", "dogs"], "authorAlias": alias("zoe")}
    ]


async def test_a_context_without_facets_has_none(caller: Caller) -> None:
    """No hashtags are an empty list."""
    await caller.record(**ANN, context={"source": "home"})

    (context,) = await shown(caller)

    assert (context["contentType"], context["hashtags"], context["authorAlias"]) == (None, [], None)


@pytest.mark.parametrize("name", ["authorId", "authorAlias"])
async def test_an_author_s_alias_is_taken_as_it_is(caller: Caller, name: str) -> None:
    """An alias that the server gave out is never hashed again."""
    await caller.record(**ANN, context={name: alias("zoe")})

    (context,) = await shown(caller)

    assert context["authorAlias"] == alias("zoe")


async def test_an_author_s_id_is_not_stored(caller: Caller) -> None:
    """An author is a user: no table holds the id."""
    await caller.record(**ANN, context={"authorId": "zoe-the-author"})

    assert "zoe-the-author" not in repr(await everything(caller.url))


@pytest.mark.parametrize("spelling", SPELLINGS)
async def test_a_hashtag_is_one_however_it_is_written(caller: Caller, spelling: str) -> None:
    """Composed or not, wide or not, in capitals or not, with a sign or without."""
    await caller.record(
        userId="ann",
        action="HASHTAG_USE",
        target={"kind": "HASHTAG", "id": spelling},
        context={"hashtags": [spelling]},
    )

    node = (await caller.data(CONTEXT))["user"]["interactions"]["nodes"][0]
    counted = [(await caller.data(COUNTED, id=each))["targetStats"] for each in SPELLINGS]

    assert node["target"] == {"kind": "HASHTAG", "targetId": "café", "id": "café"}
    assert node["context"]["hashtags"] == ["café"]
    assert counted == [{"target": {"targetId": "café"}, "counts": [{"count": 1}]}] * 6


@pytest.mark.parametrize("spelling", ["#", "＃", "##"])
async def test_a_hashtag_is_more_than_its_sign(caller: Caller, spelling: str) -> None:
    """Nothing is left without it."""
    (error,) = await caller.errors(COUNTED, id=spelling)

    assert error["extensions"] == {"code": "BAD_USER_INPUT", "argument": "id"}


async def test_a_hashtag_that_grows_too_long_is_refused(caller: Caller) -> None:
    """One character can stand for eighteen: it is the one form that has to fit."""
    payload = await caller.record(**ANN, context={"hashtags": ["\ufdfa" * 6]})

    assert [error["code"] for error in payload["errors"]] == ["TOO_LONG"]
