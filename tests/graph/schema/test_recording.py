"""Recording over GraphQL: what clients send, what they are answered, and what is stored."""

import asyncio

import pytest

from tests.support.client import Caller

ANN = {"userId": "ann"}


async def test_the_first_record_is_created_and_a_second_changes_nothing(caller: Caller) -> None:
    """A state is stored once; recording it again answers with the same interaction."""
    first = await caller.record(userId="ann", action="FAVORITE", postId="p1")
    second = await caller.record(userId="ann", action="FAVORITE", postId="p1")

    assert first["outcome"] == "CREATED"
    assert second["outcome"] == "UNCHANGED"
    assert second["interaction"] == first["interaction"]
    assert await caller.counts("p1") == {"FAVORITE": 1}
    assert await caller.history("ann") == ["FAVORITE p1"]


async def test_what_is_recorded_reads_back_as_it_was_sent(caller: Caller) -> None:
    """The payload shows the interaction, under the alias, with its context."""
    payload = await caller.record(
        userId="ann",
        action="REPLY",
        postId="p1",
        occurredAt="2026-11-20T11:00:00.1234567+02:00",
        context={
            "source": "home",
            "recommended": True,
            "recommendationId": "r1",
            "metadata": {"z": [1, 2.5, None], "a": "ü"},
        },
    )

    interaction = payload["interaction"]
    assert interaction.pop("id")
    assert interaction.pop("interactionId").startswith("int_")
    assert interaction == {
        "userAlias": "u_13e5db4c41fc623c5608effc08afc9d4",
        "action": "REPLY",
        "target": {"kind": "POST", "id": "p1"},
        "occurredAt": "2026-11-20T09:00:00.123456Z",
        "recordedAt": "2026-11-20T12:00:00.000000Z",
        "context": {
            "source": "home",
            "recommended": True,
            "recommendationId": "r1",
            "metadata": {"z": [1, 2.5, None], "a": "ü"},
        },
    }
    assert payload["privacyLevel"] == "FULL"
    assert payload["post"]["stats"]["counts"] == [{"action": "REPLY", "count": 1}]


async def test_an_undone_state_leaves_history_and_counts_and_comes_back_under_its_id(
    caller: Caller,
) -> None:
    """UNDONE takes the state out everywhere; REACTIVATED brings it back as the same one."""
    created = await caller.record(userId="ann", action="HIDE", postId="p1")
    caller.clock.advance(1)

    undone = await caller.record(userId="ann", action="HIDE", postId="p1", undo=True)
    assert undone["outcome"] == "UNDONE"
    assert await caller.counts("p1") == {}
    assert await caller.history("ann") == []

    caller.clock.advance(1)
    again = await caller.record(userId="ann", action="HIDE", postId="p1")
    assert again["outcome"] == "REACTIVATED"
    assert again["interaction"]["interactionId"] == created["interaction"]["interactionId"]
    assert again["interaction"]["occurredAt"] == "2026-11-20T12:00:02.000000Z"
    assert await caller.counts("p1") == {"HIDE": 1}


async def test_undo_interaction_is_the_same_as_recording_with_undo(caller: Caller) -> None:
    """`undoInteraction` takes a state back and says so."""
    await caller.record(userId="ann", action="FAVORITE", postId="p1")

    data = await caller.data(
        """mutation { undoInteraction(input: {userId: "ann", action: FAVORITE, postId: "p1"}) {
             outcome post { stats { interactionCounts { favorites } } } } }"""
    )

    assert data["undoInteraction"] == {
        "outcome": "UNDONE",
        "post": {"stats": {"interactionCounts": {"favorites": 0}}},
    }


async def test_each_event_counts(caller: Caller) -> None:
    """Events are no states: the same one twice is two."""
    for _ in range(3):
        assert await caller.outcome(userId="ann", action="VIEW", postId="p1") == "CREATED"

    assert await caller.counts("p1") == {"VIEW": 3}


async def test_more_and_less_like_this_exclude_each_other(caller: Caller) -> None:
    """Recording one is an undo of the other in the same commit; nothing else excludes anything."""
    for action in ("MORE_LIKE_THIS", "LESS_LIKE_THIS", "VIEW"):
        caller.clock.advance(1)
        await caller.record(userId="ann", action=action, postId="p1")

    assert await caller.counts("p1") == {"LESS_LIKE_THIS": 1, "VIEW": 1}
    assert await caller.history("ann") == ["VIEW p1", "LESS_LIKE_THIS p1"]


async def test_the_later_arrival_wins_a_tie_between_opposites(caller: Caller) -> None:
    """Of opposites recorded for the same instant, the one that came last holds."""
    at = "2026-11-20T11:00:00Z"
    for action in ("MORE_LIKE_THIS", "LESS_LIKE_THIS", "MORE_LIKE_THIS"):
        await caller.record(userId="ann", action=action, postId="p1", occurredAt=at)
        assert await caller.counts("p1") == {action: 1}


async def test_a_record_dated_before_the_undo_changes_nothing(caller: Caller) -> None:
    """Time, not arrival, orders records and undos; on a tie the state is undone."""
    undo = {**ANN, "action": "SAVE", "postId": "p1", "undo": True}
    record = {**ANN, "action": "SAVE", "postId": "p1"}

    assert await caller.outcome(**undo, occurredAt="2026-11-20T11:00:00Z") == "UNCHANGED"
    assert await caller.outcome(**record, occurredAt="2026-11-20T10:59:59Z") == "UNCHANGED"
    assert await caller.outcome(**record, occurredAt="2026-11-20T11:00:00Z") == "UNCHANGED"
    assert await caller.counts("p1") == {}
    assert await caller.outcome(**record, occurredAt="2026-11-20T11:00:00.000001Z") == "CREATED"
    assert await caller.counts("p1") == {"SAVE": 1}


async def test_without_an_instant_an_input_follows_all_that_is_stored(caller: Caller) -> None:
    """Items of a batch that say no instant follow one another."""
    favorite = {**ANN, "action": "FAVORITE", "postId": "p1"}

    outcomes = await caller.outcomes(
        favorite, {**favorite, "undo": True}, favorite, favorite, {**favorite, "undo": True}
    )

    assert outcomes == ["CREATED", "UNDONE", "REACTIVATED", "UNCHANGED", "UNDONE"]
    assert await caller.counts("p1") == {}


async def test_an_event_id_is_stored_once_however_many_send_it(caller: Caller) -> None:
    """64 callers with the same eventId at once: one row, one count, one interaction."""
    input = {**ANN, "action": "VIEW", "postId": "p1", "eventId": "e1"}

    payloads = await asyncio.gather(*(caller.record(**input) for _ in range(64)))

    outcomes = sorted(payload["outcome"] for payload in payloads)
    assert outcomes == ["CREATED"] + ["UNCHANGED"] * 63
    assert len({payload["interaction"]["interactionId"] for payload in payloads}) == 1
    assert await caller.counts("p1") == {"VIEW": 1}
    assert await caller.history("ann") == ["VIEW p1"]


async def test_an_event_id_belongs_to_its_user_and_its_content(caller: Caller) -> None:
    """The same id is another user's own; with other content it is a conflict and stores nothing."""
    await caller.record(**ANN, action="VIEW", postId="p1", eventId="e1")

    assert await caller.outcome(userId="bob", action="VIEW", postId="p1", eventId="e1") == "CREATED"
    rejected = await caller.record(**ANN, action="VIEW", postId="p2", eventId="e1")
    assert rejected["outcome"] == "REJECTED"
    assert rejected["interaction"] is None
    assert [(e["code"], e["field"]) for e in rejected["errors"]] == [("CONFLICT_ID", ["eventId"])]
    assert await caller.counts("p2") == {}


async def test_event_ids_of_inputs_that_changed_nothing_are_remembered_too(
    caller: Caller,
) -> None:
    """A retry of an undo answers UNCHANGED even when the state holds again by then."""
    favorite = {**ANN, "action": "FAVORITE", "postId": "p1"}
    await caller.record(**favorite)
    assert await caller.outcome(**favorite, undo=True, eventId="u1") == "UNDONE"
    caller.clock.advance(1)
    await caller.record(**favorite)

    assert await caller.outcome(**favorite, undo=True, eventId="u1") == "UNCHANGED"
    assert await caller.counts("p1") == {"FAVORITE": 1}


async def test_a_retry_is_unchanged_even_when_its_instant_has_grown_too_old(
    caller: Caller,
) -> None:
    """What was stored is never called rejected, whenever its retry arrives."""
    input = {**ANN, "action": "VIEW", "postId": "p1", "eventId": "e1"}
    oldest = "2026-08-22T12:00:00Z"
    assert await caller.outcome(**input, occurredAt=oldest) == "CREATED"
    caller.clock.advance(60)

    assert await caller.outcome(**input, occurredAt=oldest) == "UNCHANGED"


async def test_the_retention_is_exact(caller: Caller) -> None:
    """90 days ago is stored; a microsecond older is TOO_OLD."""
    view = {**ANN, "action": "VIEW", "postId": "p1"}

    assert await caller.outcome(**view, occurredAt="2026-08-22T12:00:00Z") == "CREATED"
    rejected = await caller.record(**view, occurredAt="2026-08-22T11:59:59.999999Z")
    assert [(e["code"], e["field"]) for e in rejected["errors"]] == [("TOO_OLD", ["occurredAt"])]
    assert await caller.counts("p1") == {"VIEW": 1}


async def test_a_clock_that_is_ahead_is_forgiven_for_five_minutes(caller: Caller) -> None:
    """Up to 5 minutes ahead is taken as now; further is IN_FUTURE."""
    view = {**ANN, "action": "VIEW", "postId": "p1"}

    ahead = await caller.record(**view, occurredAt="2026-11-20T12:05:00Z")
    assert ahead["interaction"]["occurredAt"] == "2026-11-20T12:00:00.000000Z"
    rejected = await caller.record(**view, occurredAt="2026-11-20T12:05:00.000001Z")
    assert [(e["code"], e["field"]) for e in rejected["errors"]] == [("IN_FUTURE", ["occurredAt"])]


async def test_sent_at_corrects_the_client_s_clock(caller: Caller) -> None:
    """What occurred ten seconds before sending occurred ten seconds before arrival."""
    payload = await caller.record(
        **ANN,
        action="VIEW",
        postId="p1",
        occurredAt="2031-01-01T00:00:00Z",
        sentAt="2031-01-01T00:00:10Z",
    )

    assert payload["interaction"]["occurredAt"] == "2026-11-20T11:59:50.000000Z"


@pytest.mark.either_database
@pytest.mark.parametrize(
    ("sent_at", "stored"),
    [
        ("2026-11-20T11:55:00Z", "2026-11-20T11:54:30.000000Z"),
        ("2026-11-20T11:54:59.999999Z", "2026-11-20T11:59:30.000001Z"),
        ("2026-11-20T12:05:00Z", "2026-11-20T11:54:30.000000Z"),
        ("2026-11-20T12:05:00.000001Z", "2026-11-20T11:49:29.999999Z"),
    ],
)
async def test_sent_within_five_minutes_of_arrival_is_a_delay(
    caller: Caller, sent_at: str, stored: str
) -> None:
    """The instant stands then, whichever of the two clocks is ahead; beyond, it is corrected."""
    at = "2026-11-20T11:54:30Z"

    payload = await caller.record(**ANN, action="VIEW", postId="p1", occurredAt=at, sentAt=sent_at)

    assert payload["interaction"]["occurredAt"] == stored


async def test_a_slow_request_does_not_overtake_a_later_undo(caller: Caller) -> None:
    """Done at T and sent at T+1, it arrives at T+10, after the undo of T+4: it does not hold."""
    favorite = {**ANN, "action": "FAVORITE", "postId": "p1"}
    undone, slow = "2026-11-20T11:59:54Z", "2026-11-20T11:59:50Z"
    await caller.record(**favorite, occurredAt=undone, sentAt=undone, undo=True)

    outcome = await caller.outcome(**favorite, occurredAt=slow, sentAt="2026-11-20T11:59:51Z")

    assert outcome == "UNCHANGED"
    assert await caller.counts("p1") == {}


async def test_a_batch_of_1000_is_stored_whole(caller: Caller) -> None:
    """1000 inputs of 1000 users and posts give 1000 interactions."""
    inputs = [{"userId": f"u{i}", "action": "FAVORITE", "postId": f"p{i % 7}"} for i in range(1000)]

    assert await caller.outcomes(*inputs) == ["CREATED"] * 1000
    assert [(await caller.counts(f"p{i}"))["FAVORITE"] for i in range(7)] == [143] * 6 + [142]


@pytest.mark.parametrize(
    ("action", "kind", "given", "stored"),
    [
        ("HASHTAG_USE", "HASHTAG", "#StraßE", "strasse"),
        ("SEARCH", "QUERY", "cats &\tdogs", "cats &\tdogs"),
        ("CIRCLE_UPDATE", "CIRCLE", "inner", "inner"),
        ("GROUP_JOIN", "GROUP", "G 1", "G 1"),
        ("COMMUNITY_JOIN", "COMMUNITY", "Ω", "Ω"),
        ("PROFILE_VISIT", "PROFILE", "bob", "u_44b45a127727ded5e57249b158b60d45"),
        ("PROFILE_VISIT", "PROFILE", "u_0123456789abcdef", "u_0123456789abcdef"),
    ],
)
async def test_targets_are_stored_in_one_form(
    caller: Caller, action: str, kind: str, given: str, stored: str
) -> None:
    """Hashtags are folded, profiles aliased, the rest is kept as it is; totals follow."""
    target = {"kind": kind, "id": given}

    payload = await caller.record(**ANN, action=action, target=target)

    assert payload["interaction"]["target"] == {"kind": kind, "id": stored}
    assert payload["post"] is None
    if kind != "QUERY":
        data = await caller.data(
            """query ($kind: TargetKind!, $id: ID!) {
                 targetStats(kind: $kind, id: $id) {
                   target { kind id } counts { action count } lastInteractionAt } }""",
            kind=kind,
            id=given,
        )
        assert data["targetStats"] == {
            "target": {"kind": kind, "id": stored},
            "counts": [{"action": action, "count": 1}],
            "lastInteractionAt": "2026-11-20T12:00:00.000000Z",
        }


async def test_mutations_of_one_request_read_their_own_writes(caller: Caller) -> None:
    """Each payload's post shows the counts with its own input, not those loaded before."""
    data = await caller.data(
        """mutation {
             a: recordInteraction(input: {userId: "a", action: VIEW, postId: "p"}) {
               post { stats { interactionCounts { views } } } }
             b: recordInteraction(input: {userId: "b", action: VIEW, postId: "p"}) {
               post { stats { interactionCounts { views } } } } }"""
    )

    views = [data[each]["post"]["stats"]["interactionCounts"]["views"] for each in "ab"]
    assert views == [1, 2]


async def test_one_operation_stores_few_batches(caller: Caller) -> None:
    """Aliases of batches cost the rows that all of them may write."""
    batches = " ".join(f"b{n}: recordInteractions(inputs: $i) {{ recorded }}" for n in range(13))
    query = f"mutation ($i: [RecordInteractionInput!]!) {{ {batches} }}"
    view = {"userId": "ann", "action": "VIEW", "postId": "p1"}
    (error,) = await caller.errors(query, i=[view] * 1000)

    assert error["message"] == "the operation could touch 130000 rows; allowed are 120000"
    assert await caller.counts("p1") == {}
    data = await caller.data(query, i=[view] * 900)
    assert sum(each["recorded"] for each in data.values()) == 11_700
