"""Tokens: what LIMITED users' inputs are judged by, in place of rows and event ids.

A token is found again under any salt that lives, the newest first. Once it learns something it is
written under the salt of today, so that what it says is remembered for 48 hours at least; what it
said before stays behind, unread, and goes with its own day.
"""

from collections.abc import Callable, Mapping, Sequence

from models.records import (
    Changes,
    Known,
    Micros,
    StoredEventId,
    StoredInteraction,
    StoredSalt,
    StoredToken,
)
from models.vocabulary import (
    ACTION_BY_CODE,
    ACTIONS,
    Action,
    PrivacyLevel,
    Status,
    subject_kind,
)
from resolvers.salts import Salt, day_of, living
from resolvers.submissions import Submission

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


class Memory:
    """The tokens of LIMITED users, as the rows and event ids that judging works with, and back.

    `known` holds what is remembered that the submissions may be judged by; its numbers mean
    nothing beyond it.
    """

    def __init__(self, submissions: Sequence[Submission], known: Known) -> None:
        self.known = Known(0, {}, {}, {}, {}, {})
        self._tokens = known.tokens
        self._salts = living(known.salts, _first(submissions))
        self._today = day_of(max(each.arrived_at for each in submissions))
        self._found: dict[int, tuple[StoredToken, Salt]] = {}  # by the number of a row
        for each in submissions:
            for action, key in _states(each):
                if key not in self.known.states:
                    self._recall_state(each, action, key)
            if each.event_id is not None:
                self._recall_event_id(each, each.event_id)

    def keep(self, judged: Changes, changes: Changes, new_salt: Callable[[], bytes]) -> None:
        """Put what judging changed into `changes`, as tokens, and a salt if today has none."""
        moved = [row for row in judged.interactions.values() if self._is_moved(row)]
        if not moved and not judged.event_ids:
            return
        today = self._salt_of_today(changes, new_salt)
        for row in moved:
            _, salt = self._found.get(row.id, (None, today))
            token = _state_token(row, max(salt, today, key=lambda each: each.day))
            changes.tokens[token.key] = token
        for seen in judged.event_ids.values():
            token = _event_token(seen, today)
            changes.tokens[token.key] = token

    def _recall_state(self, submission: Submission, action: Action, key: bytes) -> None:
        alias, target_id = submission.user_alias, submission.target_id
        for salt in self._salts:
            token = self._tokens.get(salt.state(alias, action, target_id))
            if token is not None:
                row = _row(token, len(self._found) + 1, alias, action, target_id)
                row.state_key = key
                self.known.states[key] = row
                self.known.last_number = row.id
                self._found[row.id] = token, salt
                return

    def _recall_event_id(self, submission: Submission, event_id: str) -> None:
        """Learn whether an id stood for the very submission; for what else, no token tells."""
        alias, key = submission.user_alias, submission.event_key or ""
        code, undo, target_id = submission.action.code, submission.undo, submission.target_id
        for salt in self._salts:
            event = salt.event(alias, event_id)
            token = self._tokens.get(event)
            if token is not None:
                if token.content == salt.content(event, code, undo, target_id):
                    seen = StoredEventId(key, code, target_id, undo, None, token.occurred_at)
                    self.known.event_ids[key] = seen
                elif key not in self.known.event_ids:
                    seen = StoredEventId(key, _NO_ACTION, "", False, None, token.occurred_at)
                    self.known.event_ids[key] = seen
                return

    def _is_moved(self, row: StoredInteraction) -> bool:
        """Whether there is anything new in a row; a mere retry leaves its token as it is."""
        if row.id not in self._found:
            return True
        token, _ = self._found[row.id]
        return _standing(row) != _standing(token)

    def _salt_of_today(self, changes: Changes, new_salt: Callable[[], bytes]) -> Salt:
        for salt in self._salts:
            if salt.day == self._today:
                return salt
        fresh = Salt(self._today, new_salt())
        changes.salts[fresh.day] = StoredSalt(fresh.day, fresh.salt)
        return fresh


def _first(submissions: Sequence[Submission]) -> Micros:
    return min(each.arrived_at for each in submissions)


def _states(submission: Submission) -> list[tuple[Action, bytes]]:
    """The states that a submission is about, its own and the one that it excludes, with keys."""
    action = submission.action
    if not action.is_state:
        return []
    if action.excludes is None:
        return [(action, submission.state_key)]
    rival = ACTIONS[action.excludes]
    return [(action, submission.state_key), (rival, submission.rival_key)]


def _row(
    token: StoredToken, number: int, alias: str, action: Action, target_id: str
) -> StoredInteraction:
    return StoredInteraction(
        number,
        None,
        alias,
        action.code,
        subject_kind(action.target_kind),
        target_id,
        token.occurred_at,
        token.occurred_at,
        token.status,
        token.last_record_at,
        token.last_undo_at,
    )


def _standing(
    of: StoredInteraction | StoredToken,
) -> tuple[int, Micros, Micros | None, Micros | None]:
    """What a row and its token have in common, in the order of a token's fields."""
    return of.status, of.occurred_at, of.last_record_at, of.last_undo_at


def _state_token(row: StoredInteraction, salt: Salt) -> StoredToken:
    action = ACTION_BY_CODE[row.action]
    key = salt.state(row.user_alias, action, row.target_id)
    return StoredToken(key, salt.owner(row.user_alias), salt.day, *_standing(row))


def _event_token(seen: StoredEventId, salt: Salt) -> StoredToken:
    alias, _, event_id = seen.key.partition(":")
    key = salt.event(alias, event_id)
    content = salt.content(key, seen.action, seen.undo, seen.target_id)
    held = Status.NEVER_HELD  # an id is no state
    return StoredToken(key, salt.owner(alias), salt.day, held, seen.seen_at, content=content)
