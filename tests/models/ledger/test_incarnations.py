"""Incarnations: when one begins, and the numbers that are given out in it."""

import pytest

from models.ledger.incarnations import GAP, NUMBERS_PER_S, Origin, Past
from models.records import Changes, Known, StoredEventId, StoredInteraction

HERE = Origin("a start of a server", 1)
ROW = StoredInteraction(1, 1, "u_0123456789abcdef", 1, 1, "p", 0, 0, 1)
SEEN = StoredEventId(7, 8, 1, "p", False, None, 0)


def record(known: Known) -> tuple[Changes, int]:
    """Give out the next number; it is what else was found."""
    number = known.last_number + 1
    return Changes(number, interactions={number: ROW}), number


def repeat(known: Known) -> tuple[Changes, int]:
    """Note an event id, and give out no number."""
    return Changes(known.last_number, event_ids={SEEN.key: SEEN}), 0


def committed(past: Past, last_number: int, origin: Origin = HERE) -> Changes:
    """What a ledger commits that finds the last number that was given out."""
    changes, _ = past.judge(record, Known(last_number), origin)
    past.note(changes, origin)
    return changes


def test_a_ledger_begins_an_incarnation_with_the_first_number_that_it_gives_out() -> None:
    """It follows what was found, and its numbers begin far beyond; then they go on one by one."""
    past = Past()

    first = committed(past, 7)
    second = committed(past, first.last_number)

    assert first.incarnation is not None
    assert first.incarnation.follows == 7
    assert first.last_number > 7 + GAP
    assert first.last_number in first.interactions
    assert second.incarnation is None
    assert second.last_number == first.last_number + 1


def test_two_that_begin_where_one_left_off_have_nothing_in_common() -> None:
    """Neither their ids nor, but for a chance of one in a million, their numbers."""
    ours, theirs = (committed(Past(), 10**18).incarnation for _ in range(2))

    assert ours is not None
    assert theirs is not None
    assert ours.follows == theirs.follows == 10**18
    assert ours.id != theirs.id


def test_what_gives_out_no_number_begins_none() -> None:
    """The head stays where it is, and what comes next begins one still."""
    past = Past()

    changes, _ = past.judge(repeat, Known(7), HERE)
    past.note(changes, HERE)

    assert (changes.last_number, changes.incarnation) == (7, None)
    assert committed(past, 7).incarnation is not None


def test_what_was_not_committed_is_not_remembered() -> None:
    """The next attempt begins an incarnation of its own."""
    past = Past()
    lost, _ = past.judge(record, Known(7), HERE)

    again = committed(past, 7)

    assert lost.incarnation is not None
    assert again.incarnation is not None
    assert again.incarnation.id != lost.incarnation.id


@pytest.mark.parametrize(
    "origin",
    [Origin("another start of a server", 1), Origin("a start of a server", 2)],
    ids=["server", "tables"],
)
def test_another_origin_is_another_past(origin: Origin) -> None:
    """Also where it looks the same: others may have committed what is lost now."""
    past = Past()
    last = committed(past, 7).last_number

    there = committed(past, last, origin)

    assert there.incarnation is not None
    assert there.incarnation.follows == last
    assert committed(past, there.last_number, origin).incarnation is None


def test_a_head_behind_what_was_given_out_is_another_past() -> None:
    """Numbers go on beyond those that this ledger remembers, though the database does not."""
    past = Past()
    last = committed(past, 2**50).last_number

    back = committed(past, 2**50)

    assert back.incarnation is not None
    assert back.incarnation.follows == 2**50
    assert back.last_number > last + GAP
    assert committed(past, back.last_number).incarnation is None


def test_a_head_that_others_moved_on_is_the_same_past() -> None:
    """Several processes record at once, and each begins one incarnation only."""
    past = Past()
    last = committed(past, 7).last_number

    assert committed(past, last + 10 * GAP).incarnation is None


def test_numbers_are_beyond_what_was_given_out_before(monkeypatch: pytest.MonkeyPatch) -> None:
    """A backup of last night does not know today's numbers; the clock does."""
    noon = 1_795_953_600.0
    monkeypatch.setattr("models.ledger.incarnations.time.time", lambda: noon)
    past, backup = Past(), 7
    given = committed(past, backup).last_number
    given = max(given, backup + NUMBERS_PER_S * 3_600 - 1)  # an hour at the highest rate
    monkeypatch.setattr("models.ledger.incarnations.time.time", lambda: noon + 3_601)

    restored = committed(Past(), backup)

    assert restored.last_number > given
    assert restored.incarnation is not None
    assert restored.incarnation.began_at == int((noon + 3_601) * 1e6)


def test_numbers_of_lanes_are_beyond_what_was_given_out_before(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Each of 64 lanes gives out every 64th number, and begins beyond what all others gave out."""
    noon, lanes, backup = 1_795_953_600.0, 64, 7
    monkeypatch.setattr("models.ledger.incarnations.time.time", lambda: noon)
    given = committed(Past(most_lanes=lanes), backup).last_number
    given += lanes * NUMBERS_PER_S * 3_600 - 1  # an hour at the highest rate, one after another
    monkeypatch.setattr("models.ledger.incarnations.time.time", lambda: noon + 3_601)

    assert committed(Past(most_lanes=lanes), backup).last_number > given


def test_a_clock_that_was_set_back_leaves_a_gap() -> None:
    """Numbers never go back, whatever the clock says."""
    assert committed(Past(), 2**60).last_number > 2**60 + GAP
