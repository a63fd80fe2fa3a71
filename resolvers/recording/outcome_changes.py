"""What each interaction adds to the outcomes of recommending, and takes away when undone."""

from models.records import Changes, Known, Micros, StoredInteraction
from models.signal_records import (
    DAY,
    OTHER_VARIANT,
    OUTCOME_CODES,
    VARIANTS_LIMIT,
    OutcomeChange,
    OutcomeKey,
    StoredVariant,
    VariantKey,
)
from models.vocabulary import Status
from resolvers.recording.submissions import Submission

_ARCHIVED = int(Status.ARCHIVED)
_NAMELESS = ("", OTHER_VARIANT)
"""Variants that are counted as they are, however many the day has."""


def wanted_variant(submission: Submission) -> VariantKey | None:
    """The variant to look up before a submission is judged, if its outcome needs one."""
    variant = submission.variant
    if variant is None or variant in _NAMELESS or submission.undo:
        return None
    return VariantKey(_day(_instant(submission)), variant)


class OutcomeChanges:
    """The outcomes of one batch while it is judged; `settle` makes them changes.

    What came without a source and without a recommendation is not counted: it is the rest of
    activity. A row says what it is counted under, so that it is taken out of exactly that.
    """

    def __init__(self, known: Known) -> None:
        self._known = known
        self._outcomes: dict[OutcomeKey, OutcomeChange] = {}
        self._variants: dict[VariantKey, StoredVariant] = {}

    def variant_of(self, submission: Submission, at: Micros) -> str | None:
        """The variant under which a submission is counted at an instant, None if it has none.

        A day's first variants are known by their names, all others are `other`. So is
        one that nobody looked up, since the instant lies on another day than was to be expected.
        """
        variant = submission.variant
        if variant is None or variant in _NAMELESS:
            return variant
        known, key = self._known, VariantKey(_day(at), variant)
        if key in known.variants:
            return variant
        number = known.variants_of_day.get(key.day, VARIANTS_LIMIT)
        if number >= VARIANTS_LIMIT:
            return OTHER_VARIANT
        known.variants_of_day[key.day] = number + 1
        known.variants.add(key)
        self._variants[key] = StoredVariant(*key)
        return variant

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
        key = OutcomeKey(
            day=_day(row.occurred_at),
            recommended=bool(row.recommended) or row.variant is not None,
            source=row.source or "",
            variant=row.variant or "",
            action=row.action,
        )
        change = self._outcomes.get(key)
        if change is None:
            change = self._outcomes[key] = OutcomeChange(*key)
        change.count += count
        change.aggregated += aggregated


def _instant(submission: Submission) -> Micros:
    at = submission.occurred_at
    return submission.arrived_at if at is None else at


def _day(at: Micros) -> int:
    return at // DAY
