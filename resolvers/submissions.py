"""A submission: one well-formed input, ready to be judged; nothing in it names a raw user id."""

import hashlib
from dataclasses import dataclass
from enum import StrEnum
from functools import cached_property

from models.records import Micros, StoredInteraction
from models.vocabulary import ACTIONS, Action, PrivacyLevel
from resolvers.errors import InputError


@dataclass
class Submission:
    """What a user did or took back.

    `occurred_at` is None where the input gave none: it is then later than all that is stored.
    `context` is JSON, or None. What is `imported` is not announced in the log, and folded rather
    than refused where it lies before the retention.
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
    imported: bool = False

    @cached_property
    def event_key(self) -> str | None:
        """The key of its idempotency id, if it has one."""
        return None if self.event_id is None else f"{self.user_alias}:{self.event_id}"

    @cached_property
    def state_key(self) -> bytes:
        """The key of its state; empty for an event."""
        if not self.action.is_state:
            return b""
        return state_key(self.user_alias, self.action, self.target_id)

    @cached_property
    def rival_key(self) -> bytes:
        """The key of the state that this one excludes; empty if it excludes none."""
        if self.action.excludes is None:
            return b""
        return state_key(self.user_alias, ACTIONS[self.action.excludes], self.target_id)


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


@dataclass(slots=True)
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
