"""A submission: one well-formed input, ready to be judged; nothing in it names a raw user id."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, field
from enum import StrEnum

from models.records import Micros, StoredInteraction
from models.values import EventKey, event_key
from models.vocabulary import ACTIONS, Action, PrivacyLevel, TargetKind
from resolvers.errors import InputError
from resolvers.recording.facets import facets_of, lacks_some
from resolvers.scoring.facet_parts import Facet

_POST = TargetKind.POST  # looked up here once: see the state machine


@dataclass(slots=True, kw_only=True)
class Submission:
    """What a user did or took back.

    `occurred_at` is None where the input gave none: it is then later than all that is stored.
    `context` is JSON, or None. What is `imported` is not announced in the log, and is
    aggregated where it lies before the retention, instead of refused.

    `variant` is what led to it by its recommendation's id; None without one, and where outcomes do
    not count the action.

    `event_key` is the key of its idempotency id, if it has one; `state_key` that of its state, and
    `opposite_key` that of the state which it excludes, both empty where there is none.
    `facets` are those of its context.
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
    variant: str | None = None
    event_key: EventKey | None = field(init=False, default=None)
    state_key: bytes = field(init=False, default=b"")
    opposite_key: bytes = field(init=False, default=b"")
    facets: Sequence[Facet] = field(init=False, default=())

    def __post_init__(self) -> None:
        action, alias = self.action, self.user_alias
        if self.event_id is not None:
            self.event_key = event_key(alias, self.event_id)
        if action.is_state:
            self.state_key = state_key(alias, action, self.target_id)
        if self.source is not None or self.context is not None:
            self.facets = facets_of(self.source, self.context)
        if action.excludes is not None:
            self.opposite_key = state_key(alias, ACTIONS[action.excludes], self.target_id)

    @property
    def is_describable(self) -> bool:
        """Whether the description of its post might add to its facets."""
        if self.undo or self.action.target_kind is not _POST:
            return False
        return not self.facets or lacks_some(self.facets)


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
    interaction where judging had it at hand. `wrote` says whether what the interaction shows was
    written by the submission, or by the one that it repeats under the same event id.
    """

    outcome: Outcome
    level: PrivacyLevel | None = None
    interaction_id: int | None = None
    row: StoredInteraction | None = None
    wrote: bool = False
    errors: tuple[InputError, ...] = ()
