"""Contexts of interactions: of any shape, and given back as they were sent."""

from typing import Any

import pytest

from tests.support.client import Caller
from tests.support.pasts import alias
from tests.support.rest import ANN, INTERACTIONS, get, record

pytestmark = pytest.mark.either_database


@pytest.mark.parametrize(
    "context",
    [
        {"source": "home", "recommended": True},
        {"position": 3, "experiment": {"arm": "b"}},
        {"source": "home", "metadata": {"a": 1}, "b": [None]},
        {
            "recommendation_id": "r",
            "content_type": "video",
            "hashtags": ["cats"],
            "author_alias": ANN,
            "recommended": True,
        },
        {"recommended": False, "source": ""},
        {"recommended": None, "source": None, "hashtags": [], "author_id": None, "position": None},
        {"source": {"page": "home"}, "recommended": "yes", "hashtags": "cats", "content_type": 1},
        {"recommended": 1, "hashtags": ["cats", 2], "author_id": True, "recommendation_id": [1.5]},
        {"author_id": None, "recommendation_id": -1},
        {},
        None,
    ],
)
async def test_a_context_comes_back_as_it_was_sent(
    caller: Caller, context: dict[str, Any] | None
) -> None:
    """What is understood and what is not; without one it is empty."""
    await record(caller, context=context)

    told = await get(caller, f"{INTERACTIONS}/user/{ANN}")

    assert told["interactions"][0]["context"] == (context or {})


async def test_what_a_context_says_is_what_graphql_knows(caller: Caller) -> None:
    """Its source, its recommendation, and as metadata whatever else it holds."""
    context = {"source": "home", "recommended": True, "recommendation_id": "r", "position": 3}
    await record(caller, context=context)

    data = await caller.data(
        """{ user(id: "ann") { interactions { nodes {
             context { source recommended recommendationId metadata } } } } }"""
    )

    assert data["user"]["interactions"]["nodes"][0]["context"] == {
        "source": "home",
        "recommended": True,
        "recommendationId": "r",
        "metadata": {"position": 3},
    }


async def test_what_a_context_has_in_other_types_is_metadata(caller: Caller) -> None:
    """The older one was free JSON: nothing is lost for its types. Numbered ids are ids as well."""
    other = {"source": 1, "recommended": "yes", "hashtags": None, "recommendation_id": 7}
    await record(caller, context=other)

    data = await caller.data(
        """{ user(id: "ann") { interactions { nodes {
             context { source recommended recommendationId metadata } } } } }"""
    )

    assert data["user"]["interactions"]["nodes"][0]["context"] == {
        "source": None,
        "recommended": False,
        "recommendationId": "7",
        "metadata": other,
    }


@pytest.mark.parametrize("author", ["ann", ANN])
async def test_an_author_comes_back_as_the_alias(caller: Caller, author: str) -> None:
    """An author is a user, of whom the id is not kept; an alias is taken as it is."""
    await record(caller, context={"author_id": author})

    told = await get(caller, f"{INTERACTIONS}/user/{ANN}")

    assert told["interactions"][0]["context"] == {"author_alias": ANN}


@pytest.mark.parametrize(
    ("context", "shown"),
    [
        ({"authorId": "ann"}, {"author_alias": ANN}),
        ({"authorAlias": ANN}, {"author_alias": ANN}),
        ({"authorId": {"id": "bob"}, "position": 3}, {"position": 3}),
        ({"author_id": "ann", "authorId": "bob"}, {"author_alias": ANN}),
        ({"authorId": None}, {"authorId": None}),
    ],
)
async def test_an_author_by_the_name_of_graphql_is_no_metadata_either(
    caller: Caller, context: dict[str, Any], shown: dict[str, Any]
) -> None:
    """Wherever an author is named, the id is not kept; a null names nobody."""
    await record(caller, context=context)

    told = await get(caller, f"{INTERACTIONS}/user/{ANN}")

    assert told["interactions"][0]["context"] == shown


@pytest.mark.parametrize("author", [7, 7.5, [7], {"id": 7}, ""])
async def test_an_author_of_another_type_is_not_kept_as_metadata(
    caller: Caller, author: Any
) -> None:
    """Whatever its type, it may be a user's id; a whole number is one."""
    await record(caller, context={"author_id": author, "position": 3})

    told = await get(caller, f"{INTERACTIONS}/user/{ANN}")

    named = {"author_alias": alias("7")} if author == 7 else {}
    assert told["interactions"][0]["context"] == {"position": 3, **named}


async def test_metadata_hides_nothing_that_graphql_recorded(caller: Caller) -> None:
    """A field of its own is shown before metadata of the same name."""
    context = {"contentType": "video", "metadata": {"content_type": 7, "recommended": False}}
    await caller.record(
        userId="ann", action="VIEW", postId="p", context={"recommended": True, **context}
    )

    told = await get(caller, f"{INTERACTIONS}/user/{ANN}")

    assert told["interactions"][0]["context"] == {"content_type": "video", "recommended": True}
