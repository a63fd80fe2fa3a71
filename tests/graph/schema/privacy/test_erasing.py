"""Erasing: nothing of a user is left, and the id may be used again."""

from collections.abc import AsyncIterator

import pytest

from models.vocabulary import ActionType
from tests.support.client import Caller
from tests.support.pasts import (
    FILLED,
    PRIVACY,
    about_targets,
    alias,
    choose,
    differences,
    erase,
    everything,
    fill,
    imported,
    old,
    traces,
)
from tests.support.sql import run

ANN = {"userId": "ann"}


@pytest.fixture
async def server(caller: Caller, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Caller]:
    """A server that removes in tiny steps; whatever is done, totals are those of the rows."""
    monkeypatch.setattr("resolvers.privacy.removing.ROWS_AT_ONCE", 3)
    yield caller
    assert await differences() == []


async def test_nothing_of_an_erased_user_is_left_in_any_table(server: Caller) -> None:
    """Neither id nor alias is found anywhere; totals, scores and activity are the others'."""
    await fill(server, "bob")
    await imported(server, old("ann", ActionType.REPLY, post_id="p"))
    before = await about_targets(server.url)
    await choose(server, **ANN, level="FULL")
    await fill(server, "ann")

    payload = await erase(server, **ANN, confirm=True)

    assert payload == {
        "removedInteractions": FILLED,
        "removedScores": 1,
        "removedSettings": 1,
        "erasedAt": "2026-11-20T12:00:00.000000Z",
        "errors": [],
    }
    assert await about_targets(server.url) == before
    assert await traces(server.url, "ann") == []
    assert (await server.data(PRIVACY))["user"]["privacy"]["createdAt"] is None


async def test_what_others_did_to_the_users_profile_is_theirs(server: Caller) -> None:
    """It stays in their rows, and in the profile's totals."""
    visit = {"action": "PROFILE_VISIT", "target": {"kind": "PROFILE", "id": "ann"}}
    await server.record(userId="bob", **visit)
    await server.record(userId="ann", **visit)

    await erase(server, **ANN, confirm=True)

    assert await server.history("bob") == [f"PROFILE_VISIT {alias('ann')}"]
    assert sorted(await traces(server.url, "ann")) == ["interactions", "totals"]
    counts = f"SELECT count FROM totals WHERE subject_id = '{alias('ann')}'"
    assert await run(server.url, counts) == [(1,)]


async def test_the_tokens_of_a_limited_user_go_too(server: Caller) -> None:
    """What they counted stays; nothing remembers that it was this user's."""
    await choose(server, **ANN, level="LIMITED")
    await server.record(**ANN, action="FAVORITE", postId="p", eventId="e1")
    await server.record(userId="bob", action="FAVORITE", postId="p")
    assert await run(server.url, "SELECT count(*) FROM tokens") == [(2,)]

    payload = await erase(server, **ANN, confirm=True)

    assert (payload["removedInteractions"], payload["removedSettings"]) == (0, 1)
    assert await run(server.url, "SELECT count(*) FROM tokens") == [(0,)]
    assert await server.counts("p") == {"FAVORITE": 2}
    assert await traces(server.url, "ann") == []


async def test_using_the_id_again_starts_afresh(server: Caller) -> None:
    """The default level holds, and neither states nor event ids are remembered."""
    await fill(server, "ann")
    await choose(server, **ANN, level="NONE")
    await erase(server, **ANN, confirm=True)

    outcome = await server.outcome(**ANN, action="VIEW", postId="z", eventId="e1")

    assert outcome == "CREATED"
    assert await server.history("ann") == ["VIEW z"]


async def test_erasing_whom_nobody_knows_removes_nothing(server: Caller) -> None:
    """It is no error, and leaves no trace."""
    payload = await erase(server, userAlias="u_0123456789abcdef", confirm=True)

    assert payload == {
        "removedInteractions": 0,
        "removedScores": 0,
        "removedSettings": 0,
        "erasedAt": "2026-11-20T12:00:00.000000Z",
        "errors": [],
    }
    assert await run(server.url, "SELECT count(*) FROM privacy_settings") == [(0,)]


async def test_without_confirmation_nothing_is_erased(server: Caller) -> None:
    """`confirm: false` is NOT_ALLOWED, and nothing changes."""
    await fill(server, "ann")
    before = await everything(server.url)

    payload = await erase(server, **ANN, confirm=False)

    assert payload == {
        "removedInteractions": 0,
        "removedScores": 0,
        "removedSettings": 0,
        "erasedAt": None,
        "errors": [
            {
                "code": "NOT_ALLOWED",
                "field": ["confirm"],
                "message": "got false, so nothing was erased; allowed is true, which cannot be "
                "undone",
            }
        ],
    }
    assert await everything(server.url) == before
