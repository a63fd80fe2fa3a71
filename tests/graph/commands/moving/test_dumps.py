"""`trailmark import --from`: dumps of the older systems' tables, mapped action by action."""

import hmac
from pathlib import Path

import pytest

from models.database.database import Database
from models.database.postgres import COMMANDS, connect
from tests.support.client import Caller
from tests.support.command_line import rejected, trailmark
from tests.support.dumps import CORGI, TRACKER, dumped, words
from tests.support.pasts import alias, choose, differences
from tests.support.serving import SECRET
from tests.support.sql import run

pytestmark = pytest.mark.slow  # each test starts the command once or more often

ZOE = "u_0123456789abcdef"

INTERACTIONS = f"""\
id,user_alias,user_id,post_id,action_type,context,created_at
1,,ann,p,favourite,"{{""source"": ""home"", ""recommended"": true, ""position"": 3}}",2026-11-20 10:00:00.123456+00
2,{ZOE},,p,view,,2026-11-20 10:00:00
3,,ann,p,unfavorite,{{}},2026-11-20 14:00:00+02
4,,ann,q,FAVORITE,null,2026-11-20T10:00:00Z
5,,ann,p,boost,,2026-11-20 10:00:00+00
6,,ann,p,boost,,2026-11-20 10:00:00+00
"""  # noqa: E501
SETTINGS = """\
user_id,tracking_level,created_at,updated_at
bob,limited,2026-01-01 00:00:00,2026-01-02 00:00:00
cid,none,2026-01-01 00:00:00,2026-01-02 00:00:00
dan,full,2026-01-01 00:00:00,2026-01-02 00:00:00
eve,some,2026-01-01 00:00:00,2026-01-02 00:00:00
"""
ACTIVITIES = f"""\
id,activity_type,target_id,metadata,created_at,user_id,ip_address
1,vibe,p,"{{""mood"": ""good""}}",2026-11-20 10:00:00.5+00,7,192.0.2.1
2,profile_visit,8,null,2026-11-20 10:00:01+00,7,192.0.2.1
3,search,cats,,2026-11-20 10:00:02+00,7,192.0.2.1
4,group_join,g,[1],2026-11-20 10:00:03+00,{ZOE},192.0.2.1
"""


async def test_the_recommender_s_interactions_are_mapped(caller: Caller, tmp_path: Path) -> None:
    """Names, contexts and instants as psql writes them; the report says what became what, and what
    did not is in the file of bad lines."""
    file = dumped(tmp_path, INTERACTIONS)

    said = trailmark(caller.url, "import", str(file), *CORGI)

    assert words(said) == [
        ["'FAVORITE'", "FAVORITE", "1"],
        ["'favourite'", "FAVORITE", "1"],
        ["'unfavorite'", "undo of FAVORITE", "1"],
        ["'view'", "VIEW", "1"],
        ["'boost'", "not mapped", "2"],
        ["CREATED", "3"],
        ["REJECTED", "2"],
        ["UNDONE", "1"],
    ]
    reasons = rejected(file)
    assert list(reasons) == [6, 7]
    assert reasons[6].startswith("action_type: got 'boost'; allowed are favorite, reblog")
    assert await caller.history("ann") == ["FAVORITE q"]
    assert await caller.counts("p") == {"VIEW": 1}
    data = await caller.data(
        f'{{ user(alias: "{ZOE}") {{ interactions {{ nodes {{ occurredAt }} }} }} }}'
    )
    assert data["user"]["interactions"]["nodes"] == [{"occurredAt": "2026-11-20T10:00:00.000000Z"}]
    assert await differences() == []


async def test_a_context_is_understood_as_over_rest(sqlite: Caller, tmp_path: Path) -> None:
    """What has a field of its own, and the rest as metadata."""
    header, first, *_ = INTERACTIONS.splitlines()
    file = dumped(tmp_path, f"{header}\n{first}\n")

    trailmark(sqlite.url, "import", str(file), *CORGI)

    data = await sqlite.data(
        """{ user(id: "ann") { interactions { nodes {
             occurredAt context { source recommended metadata } } } } }"""
    )
    assert data["user"]["interactions"]["nodes"] == [
        {
            "occurredAt": "2026-11-20T10:00:00.123456Z",
            "context": {"source": "home", "recommended": True, "metadata": {"position": 3}},
        }
    ]


async def test_a_context_of_other_types_loses_no_row(sqlite: Caller, tmp_path: Path) -> None:
    """It was free JSON in the old table, and is read back as it was there."""
    context = '"{""source"": 1, ""recommended"": false, ""author_id"": 7}"'
    header, *_ = INTERACTIONS.splitlines()
    file = dumped(tmp_path, f"{header}\n1,,ann,p,liked,{context},2026-11-20 10:00:00\n")

    trailmark(sqlite.url, "import", str(file), *CORGI)

    told = (await sqlite.http.get(f"/api/v1/interactions/user/{alias('ann')}")).json()
    (listed,) = told["interactions"]
    assert listed["action_type"] == "favorite"
    assert listed["context"] == {"source": 1, "recommended": False, "author_alias": alias("7")}


async def test_a_past_under_the_recommender_s_own_aliases_is_that_of_its_users(
    sqlite: Caller, tmp_path: Path
) -> None:
    """Under its salt as the secret: its aliases are HMAC-SHA256 of user ids, in 64 hex digits."""
    digest = hmac.new(SECRET.encode(), b"ann", "sha256").hexdigest()
    header = "id,user_alias,post_id,action_type,context,created_at"
    file = dumped(tmp_path, f"{header}\n1,{digest},p,favorite,{{}},2026-11-20 10:00:00\n")

    said = trailmark(sqlite.url, "import", str(file), *CORGI)

    assert ["CREATED", "1"] in words(said)
    assert await sqlite.history("ann") == ["FAVORITE p"]
    assert await differences() == []


async def test_an_unknown_name_can_be_explained_and_the_rest_stays(
    caller: Caller, tmp_path: Path
) -> None:
    """Imported again with --map, rows are told apart by their ids: what is there is UNCHANGED."""
    file = dumped(tmp_path, INTERACTIONS)
    first = trailmark(caller.url, "import", str(file), *CORGI)

    again = trailmark(caller.url, "import", str(file), *CORGI, "--map", "boost=reblog")

    assert "name what is not mapped with --map NAME=ACTION" in first
    assert "--map" not in again
    assert ["'boost'", "REBLOG", "2"] in words(again)
    assert ["CREATED", "1"] in words(again)
    assert ["UNCHANGED", "5"] in words(again)
    assert rejected(file) == {}
    assert await caller.counts("p") == {"VIEW": 1, "REBLOG": 1}
    assert await differences() == []


async def test_the_recommender_s_levels_are_set(caller: Caller, tmp_path: Path) -> None:
    """Through the same door as everyone's: what a lower one forbids to keep goes."""
    for user in ("bob", "cid", "dan"):
        await caller.record(userId=user, action="FAVORITE", postId="p")
    file = dumped(tmp_path, SETTINGS)

    said = trailmark(caller.url, "import", str(file), *CORGI)

    assert words(said) == [
        ["'full'", "FULL", "1"],
        ["'limited'", "LIMITED", "1"],
        ["'none'", "NONE", "1"],
        ["'some'", "not mapped", "1"],
        ["REJECTED", "1"],
        ["SET", "3"],
    ]
    assert "columns passed over: 'created_at', 'updated_at'" in said
    assert "--map" not in said
    assert rejected(file) == {5: "tracking_level: got 'some'; allowed are full, limited, none"}
    levels = await run(caller.url, "SELECT user_alias, level FROM privacy_settings")
    assert sorted(levels) == sorted([(alias("bob"), 1), (alias("cid"), 2), (alias("dan"), 0)])
    assert await caller.counts("p") == {"FAVORITE": 2}
    assert [await caller.history(user) for user in ("bob", "cid", "dan")] == [
        [],
        [],
        ["FAVORITE p"],
    ]
    assert await differences() == []


async def test_interactions_of_who_wants_none_are_not_stored(
    sqlite: Caller, tmp_path: Path
) -> None:
    """With the levels imported first, interactions come under them."""
    await choose(sqlite, userId="ann", level="NONE")
    file = dumped(tmp_path, INTERACTIONS)

    said = trailmark(sqlite.url, "import", str(file), *CORGI)

    assert ["NOT_STORED", "3"] in words(said)
    assert await sqlite.counts("q") == {}


async def test_the_tracker_s_activities_are_mapped(caller: Caller, tmp_path: Path) -> None:
    """Targets of every kind; user_id is an id whatever it looks like; more is not read."""
    file = dumped(tmp_path, ACTIVITIES)

    said = trailmark(caller.url, "import", str(file), *TRACKER)

    assert words(said) == [
        ["'group_join'", "GROUP_JOIN", "1"],
        ["'profile_visit'", "PROFILE_VISIT", "1"],
        ["'search'", "SEARCH", "1"],
        ["'vibe'", "VIBE", "1"],
        ["CREATED", "4"],
    ]
    assert "columns passed over: 'ip_address'" in said
    assert await caller.history("7") == ["SEARCH cats", f"PROFILE_VISIT {alias('8')}", "VIBE p"]
    assert await caller.history(ZOE) == ["GROUP_JOIN g"]
    listed = (await caller.http.get("/activities/", params={"user": "7"})).json()["results"]
    assert [each["metadata"] for each in listed] == [{}, {}, {"mood": "good"}]
    assert listed[-1]["created_at"] == "2026-11-20T10:00:00.500Z"
    assert await differences() == []


async def test_what_was_searched_for_may_be_in_the_metadata(sqlite: Caller, tmp_path: Path) -> None:
    """Where a search has no target; one that has none there either is reported, as all others."""
    query = '"{""query"": ""black cats""}"'
    rows = [f"1,page_view,p,{query}", f"2,search,,{query}", f"3,search,dogs,{query}"]
    rows += [f"4,vibe,,{query}", '5,search,,"{""query"": 1}"', "6,search,,[1]", "7,search,,"]
    lines = [f"{row},2026-11-20 10:00:0{at},ann" for at, row in enumerate(rows)]
    header = "id,activity_type,object_id,metadata,created_at,user"
    file = dumped(tmp_path, "\n".join([header, *lines]))

    trailmark(sqlite.url, "import", str(file), *TRACKER, "--map", "page_view=view")

    assert rejected(file) == dict.fromkeys(range(5, 9), "object_id: needed")
    assert await sqlite.history("ann") == ["SEARCH dogs", "SEARCH black cats", "VIEW p"]


async def test_totals_are_those_that_the_old_database_counts(
    caller: Caller, tmp_path: Path
) -> None:
    """/stats/ of all time is what a count by action says, what is older than the retention too."""
    rows = [f"{n},view,p{n % 3},,{2019 + n % 8}-03-01 00:00:00,u{n % 5}" for n in range(200)]
    file = dumped(tmp_path, "\n".join(["id,activity_type,target,metadata,timestamp,user", *rows]))

    for outcome in ("CREATED", "UNCHANGED"):  # the second time nothing is counted again
        said = trailmark(caller.url, "import", str(file), *TRACKER)

        assert words(said)[1:] == [[outcome, "200"]]
        told = (await caller.http.get("/stats/")).json()
        assert told["by_type"] == [{"activity_type": "view", "count": 200}]
        assert await differences() == []


OLD_TABLE = r"""
CREATE SCHEMA old;
CREATE TABLE old.interactions (
  id SERIAL PRIMARY KEY, user_id TEXT, post_id TEXT, action_type TEXT, context JSONB,
  created_at TIMESTAMPTZ);
INSERT INTO old.interactions (user_id, post_id, action_type, context, created_at) VALUES
  ('ann', 'p', 'favorite', '{"source": "home \"1\", \n"}', '2026-11-20 10:00:00.5+02'),
  ('ann', 'p,"q"', 'view', NULL, '2026-11-20 10:00:00+00');
"""


async def test_what_postgresql_writes_is_read(
    sqlite: Caller, postgres: str, tmp_path: Path
) -> None:
    """A table of theirs, copied out by PostgreSQL itself."""
    file = tmp_path / "dump.csv"
    server = await connect(Database.at(postgres).credentials, COMMANDS)
    try:
        await server.execute(OLD_TABLE)
        await server.copy_from_table(
            "interactions", schema_name="old", output=file, format="csv", header=True
        )
    finally:
        await server.execute("DROP SCHEMA IF EXISTS old CASCADE")
        await server.close()

    trailmark(sqlite.url, "import", str(file), *CORGI)

    told = (await sqlite.http.get(f"/api/v1/interactions/user/{alias('ann')}")).json()
    assert rejected(file) == {}
    assert [
        (each["post_id"], each["context"], each["timestamp"]) for each in told["interactions"]
    ] == [
        ('p,"q"', {}, "2026-11-20T10:00:00.000Z"),
        ("p", {"source": 'home "1", \n'}, "2026-11-20T08:00:00.500Z"),
    ]
