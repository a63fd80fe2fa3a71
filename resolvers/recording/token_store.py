"""Tokens: what LIMITED users' inputs are judged by, in place of rows and event ids.

A token is looked up under every living salt, the newest first. When it changes it is written under
today's salt, so that it lasts for 48 hours at least. The older one stays, unread, and is deleted
with the salt of its day.
"""

from collections.abc import Mapping, Sequence

from models.records import (
    Changes,
    Known,
    Micros,
    StoredEventId,
    StoredInteraction,
    StoredToken,
)
from models.values import EventKey
from models.vocabulary import (
    ACTION_BY_CODE,
    ACTIONS,
    COUNTED,
    Action,
    PrivacyLevel,
    Status,
    subject_kind,
)
from resolvers.recording.salts import DaySalt, NoSalt, day_of, living
from resolvers.recording.submissions import Submission

_NO_ACTION = 0
"""The action of an event id that stood for no submission of the batch."""


def limited(
    submissions: Sequence[Submission], levels: Mapping[str, PrivacyLevel], default: PrivacyLevel
) -> list[Submission]:
    """The submissions of users who are LIMITED, by choice or by default."""
    among = PrivacyLevel.LIMITED
    if default is not among and among not in levels.values():
        return []  # as nearly always
    return [each for each in submissions if levels.get(each.user_alias, default) is among]


def token_keys(
    submissions: Sequence[Submission], known: Known, default: PrivacyLevel
) -> set[bytes]:
    """The keys of all tokens that judging the submissions may go by."""
    keys: set[bytes] = set()
    if not (among := limited(submissions, known.levels, default)):
        return keys
    for salt in living(known.salts, _first(among)):
        for each in among:
            for action, _ in _states(each):
                keys.add(salt.state(each.user_alias, action, each.target_id))
            if each.event_id is not None:
                keys.add(salt.event(each.user_alias, each.event_id))
    return keys


class TokenStore:
    """The tokens of LIMITED users, as the rows and event ids that judging works with, and back.

    `known` is what the tokens say about the submissions. Its interaction ids mean nothing
    elsewhere.
    """

    def __init__(self, submissions: Sequence[Submission], known: Known) -> None:
        self.known = Known(last_number=0)
        self._tokens = known.tokens
        self._salts = living(known.salts, _first(submissions))
        self._today = day_of(max(each.arrived_at for each in submissions))
        self._found: dict[int, tuple[StoredToken, DaySalt]] = {}  # by the number of a row
        self._sent: dict[EventKey, Submission] = {}  # one for each event id
        for each in submissions:
            for action, key in _states(each):
                if key not in self.known.states:
                    self._recall_state(each, action, key)
            if each.event_key is not None and each.event_id is not None:
                self._sent[each.event_key] = each
                self._recall_event_id(each, each.event_key, each.event_id)

    def keep(self, judged: Changes, changes: Changes) -> None:
        """Put what judging changed into `changes`, as tokens.

        Raises:
            NoSalt: there is none of today, by which they would be made.
        """
        moved = [row for row in judged.interactions.values() if self._is_moved(row)]
        if not moved and not judged.event_ids:
            return
        today = self._salt_of_today()
        for row in moved:
            _, salt = self._found.get(row.id, (None, today))
            token = _state_token(row, max(salt, today, key=lambda each: each.day))
            changes.tokens[token.key] = token
        for key, seen in judged.event_ids.items():
            token = _event_token(seen, self._sent[key], today)
            changes.tokens[token.key] = token

    def _recall_state(self, submission: Submission, action: Action, key: bytes) -> None:
        alias, target_id = submission.user_alias, submission.target_id
        for salt in self._salts:
            token = self._tokens.get(salt.state(alias, action, target_id))
            if token is not None:
                row = _row(token, submission, action, number=len(self._found) + 1)
                row.state_key = key
                self.known.states[key] = row
                self.known.last_number = row.id
                self._found[row.id] = token, salt
                return

    def _recall_event_id(self, submission: Submission, key: EventKey, event_id: str) -> None:
        """Find out whether an id stood for this submission; a token does not say for which else."""
        alias = submission.user_alias
        code, undo, target_id = submission.action.code, submission.undo, submission.target_id
        for salt in self._salts:
            event = salt.event(alias, event_id)
            token = self._tokens.get(event)
            if token is not None:
                seen = StoredEventId(
                    *key,
                    action=code,
                    target_id=target_id,
                    undo=undo,
                    interaction_id=None,
                    seen_at=token.occurred_at,
                )
                if token.content == salt.content(event, code, undo, target_id):
                    self.known.event_ids[key] = seen
                elif key not in self.known.event_ids:
                    seen.action = _NO_ACTION
                    self.known.event_ids[key] = seen
                return

    def _is_moved(self, row: StoredInteraction) -> bool:
        """Whether a row changed; a retry leaves its token as it is."""
        if row.id not in self._found:
            return True
        token, _ = self._found[row.id]
        return _status_and_instants(row) != _status_and_instants(token)

    def _salt_of_today(self) -> DaySalt:
        for salt in self._salts:
            if salt.day == self._today:
                return salt
        raise NoSalt(self._today)


def _first(submissions: Sequence[Submission]) -> Micros:
    return min(each.arrived_at for each in submissions)


def _states(submission: Submission) -> list[tuple[Action, bytes]]:
    """The states that a submission is about, its own and the one that it excludes, with keys."""
    action = submission.action
    if not action.is_state:
        return []
    if action.excludes is None:
        return [(action, submission.state_key)]
    opposite = ACTIONS[action.excludes]
    return [(action, submission.state_key), (opposite, submission.opposite_key)]


def _row(
    token: StoredToken, submission: Submission, action: Action, *, number: int
) -> StoredInteraction:
    return StoredInteraction(
        id=number,
        seq=None,
        user_alias=submission.user_alias,
        action=action.code,
        target_kind=subject_kind(action.target_kind),
        target_id=submission.target_id,
        occurred_at=token.occurred_at,
        recorded_at=token.occurred_at,
        status=token.status,
        last_record_at=token.last_record_at,
        last_undo_at=token.last_undo_at,
        source=token.source,
        recommended=bool(token.recommended),
        variant=token.variant,
    )


def _status_and_instants(
    of: StoredInteraction | StoredToken,
) -> tuple[int, Micros, Micros | None, Micros | None]:
    """What a row and its token have in common."""
    return of.status, of.occurred_at, of.last_record_at, of.last_undo_at


def _state_token(row: StoredInteraction, salt: DaySalt) -> StoredToken:
    action = ACTION_BY_CODE[row.action]
    key = salt.state(row.user_alias, action, row.target_id)
    is_counted = row.status in COUNTED
    return StoredToken(
        key=key,
        owner=salt.owner(row.user_alias),
        day=salt.day,
        status=row.status,
        occurred_at=row.occurred_at,
        last_record_at=row.last_record_at,
        last_undo_at=row.last_undo_at,
        source=row.source if is_counted else None,
        recommended=row.recommended if is_counted else None,
        variant=row.variant if is_counted else None,
    )


def _event_token(seen: StoredEventId, sent: Submission, salt: DaySalt) -> StoredToken:
    alias, event_id = sent.user_alias, sent.event_id or ""
    key = salt.event(alias, event_id)
    content = salt.content(key, seen.action, seen.undo, seen.target_id)
    return StoredToken(
        key=key,
        owner=salt.owner(alias),
        day=salt.day,
        status=Status.NEVER_HELD,  # an id is no state
        occurred_at=seen.seen_at,
        content=content,
    )
