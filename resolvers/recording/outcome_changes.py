"""What each interaction adds to the outcomes of recommending, and takes away when undone."""

from collections.abc import Iterator

from models.records import Changes, Known, Micros, StoredInteraction
from models.signal_records import (
    DAY,
    NAMES_LIMIT,
    OTHER_NAME,
    OUTCOME_CODES,
    SOURCE_MARK,
    OutcomeChange,
    OutcomeKey,
    StoredVariant,
    VariantKey,
)
from models.vocabulary import ID_LENGTH, Status
from resolvers.recording.submissions import Submission

_ARCHIVED = int(Status.ARCHIVED)
_NAMELESS = (None, "", OTHER_NAME)
"""Sources and variants that are counted as they are, however many the day has."""


def wanted_names(submission: Submission) -> Iterator[VariantKey]:
    """The names to look up before a submission is judged, as far as its outcome needs them."""
    if submission.undo or submission.action.code not in OUTCOME_CODES:
        return
    day = _day(_instant(submission))
    if submission.source not in _NAMELESS:
        yield VariantKey(day, f"{SOURCE_MARK}{submission.source}")
    if (variant := submission.variant) is not None and variant not in _NAMELESS:
        yield VariantKey(day, variant)


class OutcomeChanges:
    """The outcomes of one batch while it is judged; `settle` makes them changes.

    What came without a source and without a recommendation is not counted: it is the rest of
    activity. A row says what it is counted under, so that it is taken out of exactly that.
    """

    def __init__(self, known: Known) -> None:
        self._known = known
        self._outcomes: dict[OutcomeKey, OutcomeChange] = {}
        self._variants: dict[VariantKey, StoredVariant] = {}

    def counted_under(self, submission: Submission, at: Micros) -> str | None:
        """What a row that shows a submission says of the names it is counted under at an instant.

        It is the variant, None if there is none; after a colon where the source is `other`. That
        of no variant is a single colon then, and that of an empty one two. A variant that leaves
        no room for the colon is `other` as well.
        """
        source, variant, day = submission.source, submission.variant, _day(at)
        if submission.action.code not in OUTCOME_CODES:
            return None
        if source in _NAMELESS or self._is_named(VariantKey(day, f"{SOURCE_MARK}{source}")):
            return self._counted_variant(variant, day)
        if variant is None:
            return SOURCE_MARK
        if len(variant) == ID_LENGTH:
            variant = OTHER_NAME
        return SOURCE_MARK + (self._counted_variant(variant, day) or SOURCE_MARK)

    def _counted_variant(self, variant: str | None, day: int) -> str | None:
        if variant is None or variant in _NAMELESS or self._is_named(VariantKey(day, variant)):
            return variant
        return OTHER_NAME

    def _is_named(self, key: VariantKey) -> bool:
        """Whether a day counts what comes under a name by that name.

        It does so with its first sources and its first variants. It does not with one that nobody
        looked up, since the instant lies on another day than was to be expected.
        """
        known, group = self._known, key.group
        if key in known.variants:
            return True
        number = known.names_of_day.get(group, NAMES_LIMIT)
        if number >= NAMES_LIMIT:
            return False
        known.names_of_day[group] = number + 1
        known.variants.add(key)
        self._variants[key] = StoredVariant(*key)
        return True

    def count(self, row: StoredInteraction, sign: int, *, aggregated: bool) -> None:
        """Count an interaction in or out; what is archived has no row that says what it is."""
        if row.source or row.recommended or row.variant is not None:
            self._add(row, sign, sign if aggregated or row.status == _ARCHIVED else 0)

    def aggregate(self, row: StoredInteraction) -> None:
        """Note that no row says any more what an interaction is counted under."""
        if row.source or row.recommended or row.variant is not None:
            self._add(row, 0, 1)

    def settle(self, changes: Changes) -> None:
        """Put what changed into the form that is stored."""
        for key, change in self._outcomes.items():
            if change.count or change.aggregated:
                changes.outcomes[key] = change
        changes.variants |= self._variants

    def _add(self, row: StoredInteraction, count: int, aggregated: int) -> None:
        if row.action not in OUTCOME_CODES:
            return
        source, variant = _names(row)
        key = OutcomeKey(
            day=_day(row.occurred_at),
            recommended=bool(row.recommended) or variant is not None,
            source=source or "",
            variant=variant or "",
            action=row.action,
        )
        change = self._outcomes.get(key)
        if change is None:
            change = self._outcomes[key] = OutcomeChange(*key)
        change.count += count
        change.aggregated += aggregated


def _names(row: StoredInteraction) -> tuple[str | None, str | None]:
    """The source and the variant that a row is counted under, as `counted_under` has put them."""
    variant = row.variant
    if variant is None or variant[:1] != SOURCE_MARK:
        return row.source, variant
    return OTHER_NAME, None if variant == SOURCE_MARK else variant.lstrip(SOURCE_MARK)


def _instant(submission: Submission) -> Micros:
    at = submission.occurred_at
    return submission.arrived_at if at is None else at


def _day(at: Micros) -> int:
    return at // DAY
