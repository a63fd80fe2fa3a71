"""Tokens: how long what LIMITED users did is remembered, and that nothing else of it is stored."""

from models.database.database import Database
from models.ledger.opening import open_ledger
from resolvers.identity import Identity
from resolvers.recording.salts import destroy_salts, owners
from tests.support.client import Caller
from tests.support.serving import SECRET
from tests.support.sql import count, run

HOUR_S, DAY_S = 3_600, 86_400
LEA = {"userId": "lea"}
FAVORITE = {**LEA, "action": "FAVORITE", "postId": "p"}
VIEW = {**LEA, "action": "VIEW", "postId": "p"}
NOON = "2026-11-20T12:00:00Z"


async def destroy(server: Caller) -> int:
    """Destroy the salts that are due by the clock."""
    ledger = open_ledger(Database.at(server.url))
    try:
        return await destroy_salts(ledger, server.clock.now)
    finally:
        await ledger.close()


async def test_a_repeat_is_unchanged_for_two_days_and_counts_anew_after(server: Caller) -> None:
    """A state counted at noon is known until 48 hours after that midnight, and then forgotten."""
    at = {**FAVORITE, "occurredAt": NOON}
    assert await server.outcome(**at) == "AGGREGATED"
    for hours in (11.9, 0.2, 24, 23.8):  # before midnight, after it, a day on, 48 hours after it
        server.clock.advance(hours * HOUR_S)
        assert await server.outcome(**at) == "UNCHANGED"
        assert await destroy(server) == 0

    server.clock.advance(0.1 * HOUR_S)

    assert await server.outcome(**at) == "AGGREGATED"
    assert await server.counts("p") == {"FAVORITE": 2}


async def test_a_retry_with_an_event_id_is_unchanged_for_two_days(server: Caller) -> None:
    """Of an event, its id is remembered, with what it stood for; then it counts anew."""
    once, other = {**VIEW, "eventId": "e"}, {**VIEW, "postId": "q", "eventId": "e"}
    assert await server.outcome(**once) == "AGGREGATED"
    for hours in (0, 11.9, 0.2, 24, 23.8):
        server.clock.advance(hours * HOUR_S)
        assert await server.outcomes(once, other, once) == ["UNCHANGED", "REJECTED", "UNCHANGED"]

    server.clock.advance(0.1 * HOUR_S)

    assert await server.outcomes(once, once, other) == ["AGGREGATED", "UNCHANGED", "REJECTED"]
    assert await server.counts("p") == {"VIEW": 2}
    assert await server.counts("q") == {}


async def test_what_was_learned_last_is_remembered_for_two_days(server: Caller) -> None:
    """A state that came back late in its token's life is not forgotten with that token."""
    await server.record(**FAVORITE)
    server.clock.advance(59 * HOUR_S)  # an hour before the salt of the first day dies
    assert await server.outcome(**FAVORITE, undo=True) == "UNDONE"
    assert await server.outcome(**FAVORITE) == "AGGREGATED"

    server.clock.advance(2 * HOUR_S)

    assert await destroy(server) == 1
    assert await server.outcome(**FAVORITE) == "UNCHANGED"
    assert await server.outcome(**FAVORITE, undo=True) == "UNDONE"
    assert await server.counts("p") == {}


async def test_an_undo_finds_nothing_once_the_salt_is_destroyed(server: Caller) -> None:
    """What was counted then stays, and belongs to nobody."""
    await server.outcomes(FAVORITE, {**VIEW, "eventId": "e"})
    server.clock.advance(60 * HOUR_S - 0.000_001)
    assert await destroy(server) == 0
    assert await count(server.url, "tokens") == 2

    server.clock.advance(0.000_001)

    assert await destroy(server) == 1
    assert await count(server.url, "salts") == await count(server.url, "tokens") == 0
    assert await server.outcome(**FAVORITE, undo=True) == "UNCHANGED"
    assert await server.counts("p") == {"FAVORITE": 1, "VIEW": 1}


async def test_a_dead_salt_is_not_looked_under_even_if_it_was_not_destroyed(
    server: Caller,
) -> None:
    """How long something is remembered does not hang on when the destroying runs."""
    await server.record(**FAVORITE)
    server.clock.advance(60 * HOUR_S)

    assert await server.outcome(**FAVORITE, undo=True) == "UNCHANGED"
    assert await server.counts("p") == {"FAVORITE": 1}


async def test_each_day_has_a_salt_of_its_own(server: Caller) -> None:
    """Sixteen random bytes, made when the day's first token is."""
    for _ in range(2):
        await server.outcomes(VIEW, FAVORITE, {**VIEW, "eventId": "e"})
        server.clock.advance(DAY_S)
        await server.record(**FAVORITE, undo=True)

    salts = [bytes(salt) for (salt,) in await run(server.url, "SELECT salt FROM salts")]
    assert [len(salt) for salt in salts] == [16, 16, 16]
    assert len(set(salts)) == 3


async def test_a_clock_that_is_behind_another_s_finds_its_tokens(server: Caller) -> None:
    """Processes may not agree when midnight is; a token stays under the later of their days."""
    server.clock.advance(12 * HOUR_S)
    await server.outcomes(FAVORITE, {**VIEW, "eventId": "e"})
    server.clock.advance(-1)
    assert await server.outcome(**VIEW, eventId="e") == "UNCHANGED"
    assert await server.outcome(**FAVORITE, undo=True) == "UNDONE"
    server.clock.advance(1)

    assert await server.outcome(**FAVORITE, undo=True) == "UNCHANGED"
    assert await server.outcome(**FAVORITE) == "AGGREGATED"
    assert await server.counts("p") == {"FAVORITE": 1, "VIEW": 1}
    assert await count(server.url, "tokens") == 2


async def test_owners_are_those_of_the_user_s_tokens(server: Caller) -> None:
    """Under every salt, what erasing looks for is what the user's tokens have, and only those."""
    for day in range(3):
        await server.outcomes(
            {**FAVORITE, "userId": "leo"}, {**VIEW, "eventId": f"{day}"}, FAVORITE
        )
        server.clock.advance(DAY_S)

    salts = {day: bytes(salt) for day, salt in await run(server.url, "SELECT day, salt FROM salts")}
    kept = {bytes(owner) for (owner,) in await run(server.url, "SELECT owner FROM tokens")}
    mine, other = (owners(Identity(SECRET).alias(user), salts) for user in ("lea", "leo"))

    assert mine | other == kept
    assert len(mine) == len(other) == len(salts) == 3
    assert not mine & other


async def test_nothing_stored_names_the_user_but_the_setting(server: Caller) -> None:
    """No column of any table holds the alias, nor what else came with the inputs.

    But outcomes count by source, and a state's token says under which, as long as it can be undone.
    """
    await server.outcomes(
        *(
            {
                **LEA,
                "action": action,
                "postId": f"p{n}",
                "eventId": f"{action}{n}",
                "context": {"source": "home", "authorId": "bea", "metadata": {"n": "meta"}},
            }
            for n in range(3)
            for action in ("FAVORITE", "VIEW", "MORE_LIKE_THIS", "LESS_LIKE_THIS", "POST_CREATE")
        )
    )
    await server.outcome(**LEA, action="PROFILE_VIBE", target={"kind": "PROFILE", "id": "ann"})
    await server.outcome(**LEA, action="SEARCH", target={"kind": "QUERY", "id": "cats"})

    lea, bea = map(Identity(SECRET).alias, ("lea", "bea"))
    assert await tables_with(server.url, lea) == {"privacy_settings"}
    assert await tables_with(server.url, bea, "cats", "meta", "FAVORITE0") == set()
    assert await tables_with(server.url, "home") == {"outcome_variants", "outcomes", "tokens"}
    with_source = "SELECT 1 FROM tokens WHERE source IS NOT NULL AND content IS NOT NULL"
    assert await run(server.url, with_source) == []
    assert await count(server.url, "interactions") == await count(server.url, "event_ids") == 0

    server.clock.advance(3 * DAY_S)
    assert await destroy(server) == 1
    assert await tables_with(server.url, "home") == {"outcome_variants", "outcomes"}


async def tables_with(url: str, *texts: str) -> set[str]:
    """The tables in which any column of any row holds one of the texts."""
    if url.startswith("sqlite://"):
        listing = "SELECT name FROM sqlite_master WHERE type = 'table'"
    else:
        listing = "SELECT table_name FROM information_schema.tables WHERE table_schema = 'public'"
    found = set()
    for (table,) in await run(url, listing):
        for row in await run(url, f"SELECT * FROM {table}"):
            if any(_holds(value, text) for value in row for text in texts):
                found.add(table)
    return found


def _holds(value: object, text: str) -> bool:
    if isinstance(value, bytes | memoryview):
        return text.encode() in bytes(value)
    return text in str(value)
