"""What a filled past says of users' preferences, and of what recommending led to."""

from collections import Counter
from collections.abc import Iterator, Sequence
from typing import Any

from models.records import Micros
from models.signal_records import DAY, OUTCOME_CODES, OutcomeChange, OutcomeKey, StoredFacetPart
from models.upserts import FACET_PARTS, INTERACTIONS, OUTCOMES
from resolvers.recording.facets import facets_of
from resolvers.scoring.facet_parts import Facet, FacetSums, Recorded, code_of
from resolvers.scoring.weights import Scoring

MERGED_FROM = 4_096  # bytes that wait of one user, and no fewer than are merged already

_ALIAS, _ACTION, _AT, _SOURCE, _RECOMMENDED, _CONTEXT, _DESCRIBED = (
    list(INTERACTIONS.columns).index(name)
    for name in (
        "user_alias",
        "action",
        "occurred_at",
        "source",
        "recommended",
        "context",
        "described",
    )
)


class Signals:
    """The facets of what users did, and the outcomes of it, as recording it would count them.

    Of each user there is one part. It is merged now and then, so that little memory is taken.
    """

    def __init__(self) -> None:
        self._merged: dict[str, bytes] = {}
        self._waiting: dict[str, bytearray] = {}  # JSON lists, each with a comma after it
        self._outcomes: Counter[OutcomeKey] = Counter()

    def note(self, rows: Sequence[tuple[Any, ...]]) -> None:
        """Count interactions, given as rows of their table."""
        for row in rows:
            facets = facets_of(row[_SOURCE], row[_CONTEXT], row[_DESCRIBED])
            if facets:
                self._prefer(row[_ALIAS], row[_ACTION], row[_AT], facets)
            if row[_ACTION] in OUTCOME_CODES and (row[_SOURCE] or row[_RECOMMENDED]):
                key = OutcomeKey(
                    day=row[_AT] // DAY,
                    recommended=row[_RECOMMENDED],
                    source=row[_SOURCE] or "",
                    variant="",
                    action=row[_ACTION],
                )
                self._outcomes[key] += 1

    def parts(self) -> Iterator[tuple[Any, ...]]:
        """The rows of `facet_parts`, once all interactions were noted: one for each user."""
        for alias in self._waiting:
            yield FACET_PARTS.values(StoredFacetPart(alias, 1, self._sum(alias)))

    def outcomes(self) -> Iterator[tuple[Any, ...]]:
        """The rows of `outcomes`, once all interactions were noted."""
        for key, count in sorted(self._outcomes.items()):
            yield OUTCOMES.values(OutcomeChange(*key, count=count))

    def _prefer(self, alias: str, action: int, at: Micros, facets: list[Facet]) -> None:
        recorded = Recorded()
        recorded.add(code_of(action), 1, at, facets)
        waiting = self._waiting.setdefault(alias, bytearray())
        waiting += recorded.packed()[1:-1] + b","
        if len(waiting) > max(MERGED_FROM, len(self._merged.get(alias, b""))):
            self._merged[alias] = self._sum(alias)
            waiting.clear()

    def _sum(self, alias: str) -> bytes:
        """A merged part of all that was counted for a user."""
        waiting = b"[" + self._waiting[alias][:-1] + b"]"
        merged = self._merged.get(alias, b"{}")
        return FacetSums(Scoring().user_half_life, (merged, waiting)).packed()
