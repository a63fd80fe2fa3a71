"""What the writer reads before it judges and writes after: rows of the tables as plain records."""

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any, NamedTuple, Self

from models.count_records import ActivityChange as ActivityChange
from models.count_records import Place as Place
from models.count_records import SpanKey as SpanKey
from models.count_records import StoredScore as StoredScore
from models.count_records import StoredTotal as StoredTotal
from models.count_records import Subject as Subject
from models.count_records import TotalKey as TotalKey
from models.partitions import ONE_LANE, Layout
from models.privacy_records import StoredRemoval as StoredRemoval
from models.privacy_records import StoredSalt as StoredSalt
from models.privacy_records import StoredSetting as StoredSetting
from models.privacy_records import StoredToken as StoredToken
from models.signal_records import (
    FacetKey,
    OutcomeChange,
    OutcomeKey,
    PartKey,
    StoredFacet,
    StoredFacetPart,
    StoredPost,
    StoredUnloggedChange,
    StoredVariant,
    VariantKey,
)
from models.values import EARLIEST as EARLIEST
from models.values import EventKey, Record, short_key
from models.values import Micros as Micros
from models.vocabulary import PrivacyLevel

MINUTE: Micros = 60_000_000

DAY_MINUTES = 1_440


@dataclass(slots=True)
class StoredInteraction(Record):
    """A row of `interactions`."""

    id: int
    seq: int | None
    user_alias: str
    action: int
    target_kind: int
    target_id: str
    occurred_at: Micros
    recorded_at: Micros
    status: int
    last_record_at: Micros | None = None
    last_undo_at: Micros | None = None
    state_key: bytes | None = None
    source: str | None = None
    recommended: bool = False
    context: str | None = None
    described: str | None = None
    variant: str | None = None
    event_key: int | None = None


@dataclass(slots=True)
class StoredEventId(Record):
    """A row of `event_ids`."""

    user_key: int
    event_key: int
    action: int
    target_id: str
    undo: bool
    interaction_id: int | None
    seen_at: Micros

    @property
    def key(self) -> EventKey:
        return EventKey(self.user_key, self.event_key)

    @classmethod
    def of_event(cls, alias: str, event_key: int, *row: Any) -> Self:
        """That of an event which has a row: its action, target, number and when it was recorded."""
        action, target_id, number, recorded_at = row
        key = EventKey(short_key(alias), event_key)
        return cls(*key, action, target_id, undo=False, interaction_id=number, seen_at=recorded_at)


@dataclass(frozen=True, slots=True)
class StoredIncarnation:
    """A row of `incarnations`."""

    follows: int
    id: int
    began_at: Micros


@dataclass(frozen=True, slots=True)
class WantedTokens:
    """Which tokens to read: the levels and then the salts say."""

    are_among: Callable[[dict[str, PrivacyLevel]], bool]  # whether any are wanted, by the levels
    keys: "Callable[[Known], Collection[bytes]]"


@dataclass(slots=True)
class Wanted:
    """What to read: the keys of all that a batch may read or move."""

    aliases: set[str] = field(default_factory=set)
    event_ids: set[EventKey] = field(default_factory=set)
    states: set[bytes] = field(default_factory=set)
    totals: set[tuple[int, str, int]] = field(default_factory=set)  # TotalKeys
    scores: set[tuple[int, str]] = field(default_factory=set)
    rows: set[int] = field(default_factory=set)  # interactions by id
    removals: set[str] = field(default_factory=set)  # by alias
    metadata: set[str] = field(default_factory=set)  # by name
    variants: set[VariantKey] = field(default_factory=set)
    parts: set[PartKey] = field(default_factory=set)  # whether they are there
    posts: set[str] = field(default_factory=set)  # descriptions by post id
    salts: bool = False  # all there are; they are read with tokens as well
    whole: bool = False  # totals and scores of all slots, which are made one where they are written
    tokens: WantedTokens | None = None

    def needs_salts(self, levels: dict[str, PrivacyLevel]) -> bool:
        """Whether salts are to be read; for most batches neither they nor tokens are."""
        return self.salts or (self.tokens is not None and self.tokens.are_among(levels))

    def token_keys(self, known: "Known") -> Collection[bytes]:
        """The keys of the tokens to read, by the levels and salts that are known."""
        return () if self.tokens is None else self.tokens.keys(known)


class Stored(NamedTuple):
    """Of which totals and scores there are rows in the slot that is written, as it was read.

    There may be more: what is about to be committed is not among them. The place of what is to be
    written anew by then is None.
    """

    totals: Mapping[tuple[int, str, int], Place | None] = MappingProxyType({})
    scores: Mapping[tuple[int, str], Place | None] = MappingProxyType({})


@dataclass(slots=True)
class Known:
    """What the database holds under the wanted keys, as of this transaction."""

    last_number: int
    levels: dict[str, PrivacyLevel] = field(default_factory=dict)
    event_ids: dict[EventKey, StoredEventId] = field(default_factory=dict)
    states: dict[bytes, StoredInteraction] = field(default_factory=dict)
    totals: dict[tuple[int, str, int], StoredTotal] = field(default_factory=dict)  # by TotalKey
    scores: dict[tuple[int, str], StoredScore] = field(default_factory=dict)  # by Subject
    spread_totals: set[TotalKey] = field(default_factory=set)  # that slots but 0 have
    spread_scores: set[Subject] = field(default_factory=set)
    stored: Stored = field(default_factory=Stored)  # on PostgreSQL
    rows: dict[int, StoredInteraction] = field(default_factory=dict)
    removals: dict[str, StoredRemoval] = field(default_factory=dict)
    metadata: dict[str, str] = field(default_factory=dict)  # which stay so until the commit
    variants: set[VariantKey] = field(default_factory=set)
    names_of_day: dict[tuple[int, bool], int] = field(default_factory=dict)  # by VariantKey.group
    parts: set[PartKey] = field(default_factory=set)
    posts: dict[str, StoredPost] = field(default_factory=dict)
    salts: dict[int, bytes] = field(default_factory=dict)  # by day
    tokens: dict[bytes, StoredToken] = field(default_factory=dict)
    commit_id: int = 0  # of the commit before, on PostgreSQL
    tables: int = 0  # another number where the tables were made anew, as by a restore
    step: int = 1  # from each number that is given out to the next
    lag: int = 0  # how far the least head of all lanes was behind `last_number`, as read
    layout: Layout = ONE_LANE
    incarnation: StoredIncarnation | None = None  # that began with the commit before, on PostgreSQL


@dataclass(slots=True)
class Deletions:
    """What a commit deletes, by its keys."""

    interactions: set[int] = field(default_factory=set)
    event_ids: set[EventKey] = field(default_factory=set)
    subjects: set[Subject] = field(default_factory=set)  # their totals and scores, in all slots
    spread_totals: set[TotalKey] = field(default_factory=set)  # but those of slot 0
    spread_scores: set[Subject] = field(default_factory=set)
    settings: set[str] = field(default_factory=set)
    removals: set[str] = field(default_factory=set)
    owners: set[bytes] = field(default_factory=set)  # of tokens
    tokens: set[bytes] = field(default_factory=set)
    days: set[int] = field(default_factory=set)  # of salts
    preferences: set[str] = field(default_factory=set)  # all parts of a user, by alias
    parts: set[PartKey] = field(default_factory=set)
    facets: set[str] = field(default_factory=set)  # of posts by id; new ones are written after
    outcomes: set[OutcomeKey] = field(default_factory=set)  # as far as they come to nothing
    variants: set[VariantKey] = field(default_factory=set)  # as far as no outcome is under them

    def __bool__(self) -> bool:
        return any(getattr(self, name) for name in self.__slots__)


@dataclass(slots=True)
class Changes:
    """What a batch writes, each row in its final form."""

    last_number: int
    interactions: dict[int, StoredInteraction] = field(default_factory=dict)
    event_ids: dict[EventKey, StoredEventId] = field(default_factory=dict)
    row_event_ids: dict[EventKey, StoredEventId] = field(default_factory=dict)  # that rows have
    totals: dict[tuple[int, str, int], StoredTotal] = field(default_factory=dict)
    scores: dict[tuple[int, str], StoredScore] = field(default_factory=dict)
    activity: dict[SpanKey, ActivityChange] = field(default_factory=dict)
    outcomes: dict[OutcomeKey, OutcomeChange] = field(default_factory=dict)
    variants: dict[VariantKey, StoredVariant] = field(default_factory=dict)
    parts: dict[PartKey, StoredFacetPart] = field(default_factory=dict)
    settings: dict[str, StoredSetting] = field(default_factory=dict)
    removals: dict[str, StoredRemoval] = field(default_factory=dict)
    salts: dict[int, StoredSalt] = field(default_factory=dict)
    tokens: dict[bytes, StoredToken] = field(default_factory=dict)
    unlogged_changes: dict[int, StoredUnloggedChange] = field(default_factory=dict)  # by number
    posts: dict[str, StoredPost] = field(default_factory=dict)
    facets: dict[FacetKey, StoredFacet] = field(default_factory=dict)
    gone: Deletions = field(default_factory=Deletions)
    ranked: set[tuple[int, str]] = field(default_factory=set)  # Subjects whose ranks may change
    pruned_number: int = 0  # what the log held up to here may be gone
    unlogged: bool = False  # counts change without a row of the log
    incarnation: StoredIncarnation | None = None  # that begins with this commit

    def gather(self, known: Known) -> None:
        """Have rows of slots but 0 go whose sums are written there."""
        if known.spread_totals or known.spread_scores:
            self.gone.spread_totals |= known.spread_totals & self.totals.keys()
            self.gone.spread_scores |= known.spread_scores & self.scores.keys()

    def __bool__(self) -> bool:
        """Whether there is anything to write."""
        return self.is_recording or self.is_rare

    @property
    def is_recording(self) -> bool:
        """Whether there is what nearly every commit writes."""
        tables = (self.interactions, self.event_ids, self.totals, self.scores, self.activity)
        return self.unlogged or any(tables) or bool(self.parts or self.outcomes or self.ranked)

    @property
    def is_rare(self) -> bool:
        """Whether there is what few commits write."""
        people = (self.settings, self.removals, self.salts, self.tokens)
        rare = (*people, self.unlogged_changes, self.posts, self.facets, self.variants)
        return any(rare) or any((self.pruned_number, self.gone))
