"""A submission: one well-formed input, ready to be judged; nothing in it names a raw user id."""

import hashlib
from dataclasses import dataclass
from enum import StrEnum

from models.records import Micros, StoredInteraction
from models.vocabulary import ACTIONS, Action, PrivacyLevel
from resolvers.errors import InputError


@dataclass(frozen=True, slots=True)
class Submission:
    """What a user did or took back.

    `occurred_at` is None where the input gave none: it is then later than all that is stored.
    `context` is JSON, or None.
    """

    user_alias: str
    action: Action
    target_id: str
    undo: bool
    occurred_at: Micros | None
    arrived_at: Micros
    event_id: str | None = None
    source: str | None = None
    recommended: bool = False
    context: str | None = None

    @property
    def event_key(self) -> str | None:
        return None if self.event_id is None else f"{self.user_alias}:{self.event_id}"

    @property
    def state_key(self) -> bytes | None:
        if not self.action.is_state:
            return None
        return state_key(self.user_alias, self.action, self.target_id)

    @property
    def rival_key(self) -> bytes | None:
        """The key of the state that this one excludes, for the same user and target."""
        excluded = self.action.excludes
        if excluded is None:
            return None
        return state_key(self.user_alias, ACTIONS[excluded], self.target_id)


def state_key(user_alias: str, action: Action, target_id: str) -> bytes:
    """The key under which the state of a user, an action and a target is stored."""
    # None of the parts can hold a control character, so the joints are unambiguous.
    text = f"{user_alias}\x1f{action.code}\x1f{target_id}"
    return hashlib.blake2b(text.encode(), digest_size=16).digest()


class Outcome(StrEnum):
    CREATED = "CREATED"
    UNCHANGED = "UNCHANGED"
    REACTIVATED = "REACTIVATED"
    UNDONE = "UNDONE"
    AGGREGATED = "AGGREGATED"
    NOT_STORED = "NOT_STORED"
    REJECTED = "REJECTED"


@dataclass(frozen=True, slots=True)
class Verdict:
    """What became of a submission.

    `interaction_id` names the interaction it answers, if one is stored; `row` is that
    interaction where judging had it at hand.
    """

    outcome: Outcome
    level: PrivacyLevel | None = None
    interaction_id: int | None = None
    row: StoredInteraction | None = None
    errors: tuple[InputError, ...] = ()
