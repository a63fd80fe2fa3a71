"""What a recording key is shown of interactions: those that its own inputs wrote, and no others."""

from typing import Any

import pytest

from tests.support.access.callers import Guarded

pytestmark = pytest.mark.either_database

WHAT = 'userId: "ann", postId: "p"'
SHOWN = """outcome interaction { interactionId occurredAt recordedAt
  context { source metadata } } post { stats { counts { action count } } }"""
#: Each way to take a favorite back, and where its answer is.
UNDOS = {
    "undoInteraction": f"{{ undoInteraction(input: {{{WHAT}, action: FAVORITE}}) {{ {SHOWN} }} }}",
    "recordInteraction": f"""{{ recordInteraction(
      input: {{{WHAT}, action: FAVORITE, undo: true}}) {{ {SHOWN} }} }}""",
    "recordInteractions": f"""{{ recordInteractions(
      inputs: [{{{WHAT}, action: FAVORITE, undo: true}}]) {{ results {{ {SHOWN} }} }} }}""",
}
COUNTED = {"post": {"stats": {"counts": [{"action": "FAVORITE", "count": 1}]}}}


@pytest.fixture
async def guarded(any_guarded: Guarded) -> Guarded:
    """A server on which somebody else has recorded Ann's favorite, with a context."""
    recorded = await favored(any_guarded, "admin", "theirs", source="their page")
    assert recorded["outcome"] == "CREATED"
    return any_guarded


async def favored(guarded: Guarded, who: str, event_id: str, source: str = "mine") -> Any:
    """Record a favorite of Ann's a second after what came before; what the payload shows."""
    guarded.clock.advance(1)
    document = f"""mutation($id: ID, $source: String) {{ recordInteraction(
      input: {{{WHAT}, action: FAVORITE, eventId: $id, context: {{source: $source}}}})
      {{ {SHOWN} }} }}"""
    data = await guarded.data(who, document, id=event_id, source=source)
    return data["recordInteraction"]


async def undone(guarded: Guarded, who: str, form: str = "undoInteraction") -> Any:
    """Take the favorite back a second after what came before; what the payload shows."""
    guarded.clock.advance(1)
    payload = (await guarded.data(who, f"mutation {UNDOS[form]}"))[form]
    return payload["results"][0] if form == "recordInteractions" else payload


@pytest.mark.parametrize("form", UNDOS)
async def test_an_undo_shows_nothing_of_what_it_takes_back(guarded: Guarded, form: str) -> None:
    """Neither one that finds something nor one that does not; a reader is shown what it was."""
    first = await undone(guarded, "record", form)
    again = await undone(guarded, "record", form)
    known = await undone(guarded, "admin", form)

    assert (first["outcome"], first["interaction"]) == ("UNDONE", None)
    assert (again["outcome"], again["interaction"]) == ("UNCHANGED", None)
    assert known["interaction"]["context"]["source"] == "their page"


async def test_a_repeat_shows_nothing_of_what_held_already(guarded: Guarded) -> None:
    """Nor does sending the repeat again: under its event id too the interaction is another's."""
    for _ in range(2):
        repeated = await favored(guarded, "record", "mine")

        assert repeated == {"outcome": "UNCHANGED", "interaction": None} | COUNTED


async def test_an_undo_that_is_sent_again_shows_as_little(guarded: Guarded) -> None:
    """Its event id stands for the undo, not for what was undone."""
    undo = f"""mutation {{ undoInteraction(
      input: {{{WHAT}, action: FAVORITE, eventId: "undo"}}) {{ {SHOWN} }} }}"""

    first = await guarded.data("record", undo)
    retried = await guarded.data("record", undo)

    assert first["undoInteraction"]["outcome"] == "UNDONE"
    assert retried["undoInteraction"]["outcome"] == "UNCHANGED"
    assert first["undoInteraction"]["interaction"] is None
    assert retried["undoInteraction"]["interaction"] is None


async def test_what_the_key_wrote_is_shown_also_when_it_sends_it_again(guarded: Guarded) -> None:
    """A retry by event id is answered as the first time; once another wrote over it, it is not."""
    await undone(guarded, "record")
    written = await favored(guarded, "record", "mine")
    retried = await favored(guarded, "record", "mine", source="left out")

    assert written["outcome"] == "REACTIVATED"
    assert written["interaction"]["context"]["source"] == "mine"
    assert retried == written | {"outcome": "UNCHANGED"}

    await undone(guarded, "admin")
    await favored(guarded, "admin", "theirs again", source="their page")
    overtaken = await favored(guarded, "record", "mine")

    assert overtaken == {"outcome": "UNCHANGED", "interaction": None} | COUNTED


async def test_an_event_that_is_sent_again_is_shown(guarded: Guarded) -> None:
    """Nobody writes over an event: its event id is that of the input which wrote it."""
    view = f"""mutation {{ recordInteraction(input: {{{WHAT}, action: VIEW, eventId: "view",
      context: {{source: "mine"}}}}) {{ outcome interaction {{ context {{ source }} }} }} }}"""

    first = await guarded.data("record", view)
    guarded.clock.advance(1)
    retried = await guarded.data("record", view)

    shown = {"context": {"source": "mine"}}
    assert first["recordInteraction"] == {"outcome": "CREATED", "interaction": shown}
    assert retried["recordInteraction"] == {"outcome": "UNCHANGED", "interaction": shown}


async def test_the_rest_api_shows_as_little(guarded: Guarded) -> None:
    """An undo and a repeat over REST have no id, no metadata, and the instant of the answer."""
    guarded.clock.advance(60)
    about, headers = {"user_id": "ann", "post_id": "p"}, guarded.headers("record")

    for name in ("favorite", "unfavorite"):
        body = about | {"action_type": name}
        answer = await guarded.http.post("/api/v1/interactions", json=body, headers=headers)
        assert answer.status_code == 200
        assert answer.json()["interaction_id"] is None
        assert answer.json()["timestamp"] == "2026-11-20T12:01:01.000Z"

    await favored(guarded, "admin", "theirs again")
    guarded.clock.advance(60)
    for name in ("favorite", "unfavorite"):
        activity = {"user": "ann", "activity_type": name, "target": "p", "metadata": {"my": 1}}
        told = await guarded.http.post("/activities/", json=activity, headers=headers)
        assert told.status_code == 201
        assert (told.json()["id"], told.json()["metadata"]) == (None, {"my": 1})
        assert told.json()["created_at"] == "2026-11-20T12:02:02.000Z"
