"""Keys with several scopes: what any of them may do, and nothing else."""

import pytest

from graph.config.settings import Settings
from resolvers.caller import Caller, Scope
from tests.support.access.callers import TRANSPORTS, make_key, serving_guarded
from tests.support.serving import SECRET
from tests.support.sql import run

RECORD = """mutation { recordInteraction(
  input: {userId: "ann", action: VIEW, postId: "p"}) { outcome privacyLevel } }"""
READ = '{ user(id: "ann") { counts { count } } }'
ADMIN = "mutation { recalculateScores { users } }"
BOTH = "read,record"


@pytest.mark.parametrize("transport", TRANSPORTS)
async def test_a_key_of_several_scopes_may_do_what_each_may(
    sqlite_url: str, transport: str
) -> None:
    """It records and reads, and is told what neither scope may."""
    async with serving_guarded(Settings(sqlite_url, SECRET), BOTH) as guarded:
        if transport != "get":
            recorded = await guarded.ask(transport, BOTH, RECORD)
            assert recorded.data == {
                "recordInteraction": {"outcome": "CREATED", "privacyLevel": "FULL"}
            }
            refused = await guarded.ask(transport, BOTH, ADMIN)
            assert refused.codes == {"FORBIDDEN"}
            assert "callers of scope record, read" in str(refused.body)
        assert (await guarded.ask(transport, BOTH, READ)).outcome == "yes"


async def test_the_rest_api_knows_several_scopes_too(sqlite_url: str) -> None:
    """Each of its routes is for some of them."""
    activity = {"user": "ann", "activity_type": "view", "target": "p"}
    async with serving_guarded(Settings(sqlite_url, SECRET), BOTH) as guarded:
        headers = guarded.headers(BOTH)
        told = await guarded.http.post("/activities/", json=activity, headers=headers)
        read = await guarded.http.get("/activities/", headers=headers)
        refused = await guarded.http.post("/engagement/recalculate/", headers=headers)

    assert (told.status_code, read.status_code, refused.status_code) == (201, 200, 403)
    assert refused.json()["error"].endswith("is not for callers of scope record, read")


async def test_scopes_are_stored_in_one_order(database_url: str) -> None:
    """Whatever order they were given in, each once."""
    await make_key(database_url, "admin,read,record,read")

    rows = await run(database_url, "SELECT scope FROM api_keys")
    assert [tuple(row) for row in rows] == [("record,read,admin",)]


def test_a_caller_says_its_scopes() -> None:
    """In one order, so that messages are the same."""
    caller = Caller(scopes=frozenset({Scope.READ, Scope.RECORD}))

    assert caller.scope_names == "record, read"
    assert caller.has_any(frozenset({Scope.READ, Scope.ADMIN}))
    assert not caller.has_any(frozenset({Scope.USER}))
