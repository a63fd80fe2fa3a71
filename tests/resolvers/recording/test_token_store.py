"""Judging with tokens, without a database: what is asked for, and what is written."""

from hashlib import blake2b

import pytest

from models.records import Changes, Known
from models.vocabulary import ACTIONS, ActionType, PrivacyLevel
from resolvers.recording.judging import Rules, judge, wanted
from resolvers.recording.salts import NoSalt, owners
from resolvers.recording.submissions import Submission
from resolvers.scoring.weights import DAY

ANN, LEA = "u_" + "a" * 32, "u_" + "b" * 32
TODAY = 20_777
SALT = bytes(range(16))
LEVELS = {LEA: PrivacyLevel.LIMITED}
RULES = Rules()


def submission(
    alias: str, arrived_at: int = TODAY * DAY, event_id: str | None = None
) -> Submission:
    action = ACTIONS[ActionType.FAVORITE]
    return Submission(
        user_alias=alias,
        action=action,
        target_id="p",
        undo=False,
        occurred_at=None,
        arrived_at=arrived_at,
        event_id=event_id,
    )


def judged(*submissions: Submission, salts: dict[int, bytes] | None = None) -> Changes:
    """What submissions change where nothing but some salts is stored, by default today's."""
    known = Known(0, dict(LEVELS), salts={TODAY: SALT} if salts is None else salts)
    return judge(submissions, known, RULES)[0]


def test_without_limited_users_no_salt_is_read() -> None:
    """Then the ledger reads neither salts nor tokens, whoever else chose a level."""
    full = wanted([submission(ANN), submission(LEA)])

    assert full.needs_salts({}) is False
    assert full.needs_salts({ANN: PrivacyLevel.NONE, LEA: PrivacyLevel.FULL}) is False
    assert full.needs_salts(dict(LEVELS)) is True
    by_default = wanted([submission(ANN)], PrivacyLevel.LIMITED)
    assert by_default.needs_salts({}) is True
    assert by_default.needs_salts({ANN: PrivacyLevel.FULL}) is False
    assert judged(submission(ANN)).is_rare is False


def test_tokens_are_asked_for_under_every_living_salt_and_of_limited_users_alone() -> None:
    """A state and an idempotency id each have a key for each salt that is not dead."""
    batch = [submission(ANN, event_id="e"), submission(LEA, event_id="e")]
    salts = {TODAY - back: bytes([back] * 16) for back in range(5)}

    found = wanted(batch).token_keys(Known(0, dict(LEVELS), salts=salts))

    assert len(found) == 2 * 3


def test_tokens_and_their_owners_are_digests_keyed_by_the_salt_of_the_day() -> None:
    """Without the salt nobody can tell whose they are."""
    changes = judged(submission(LEA, event_id="e"))

    def digest(*parts: str) -> bytes:
        return blake2b("\x1f".join(parts).encode(), key=SALT, digest_size=16).digest()

    assert changes.salts == {}
    assert set(changes.tokens) == {digest("state", LEA, "1", "p"), digest("event", LEA, "e")}
    assert {each.owner for each in changes.tokens.values()} == {digest("owner", LEA)}
    assert owners(LEA, {TODAY: SALT}) == {digest("owner", LEA)}
    assert {each.day for each in changes.tokens.values()} == {TODAY}


def test_without_a_salt_of_today_one_is_to_be_made_first() -> None:
    """Judging makes none itself: so two that judge at once leave tokens under the same one."""
    yesterdays = {TODAY - 1: SALT}

    with pytest.raises(NoSalt, match=f"day {TODAY} has no salt"):
        judged(submission(LEA), salts=yesterdays)
    assert not judged(submission(ANN), salts=yesterdays).tokens


def test_a_commit_across_midnight_counts_as_of_the_day_that_begins() -> None:
    """What a commit's first input may find still lives, and what it writes lives longest."""
    midnight = TODAY * DAY
    batch = [submission(LEA, midnight - 1, "e"), submission(LEA, midnight, "f")]
    salts = {TODAY - back: bytes([back] * 16) for back in (0, 1, 2, 3, 4)}

    assert len(wanted(batch).token_keys(Known(0, dict(LEVELS), salts=salts))) == 4 * 3
    assert {each.day for each in judged(*batch, salts=salts).tokens.values()} == {TODAY}


def test_a_retry_writes_nothing() -> None:
    """A token that learns nothing stays under its salt, and goes with it."""
    first = submission(LEA, event_id="e")
    first.occurred_at = first.arrived_at
    before = judged(first)
    again = submission(LEA, first.arrived_at + DAY)
    again.occurred_at = first.occurred_at

    known = Known(0, dict(LEVELS), salts={TODAY: SALT}, tokens=before.tokens)
    changes, verdicts = judge([first, again], known, RULES)

    assert [each.outcome for each in verdicts] == ["UNCHANGED", "UNCHANGED"]
    assert bool(changes) is False
