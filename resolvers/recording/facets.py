"""Facets: what comes with an interaction that says what its user prefers, counted as parts."""

from collections.abc import Iterable, Mapping, Sequence
from secrets import randbits
from typing import Any

import orjson

from models.records import Changes, StoredInteraction
from models.signal_records import PartKey, StoredFacetPart, StoredPost
from models.vocabulary import FacetKind, Status
from resolvers.scoring.facet_parts import Facet, Recorded, code_of

_CONTENT_TYPE, _HASHTAG, _AUTHOR, _SOURCE = (
    str(kind.value)
    for kind in (FacetKind.CONTENT_TYPE, FacetKind.HASHTAG, FacetKind.AUTHOR, FacetKind.SOURCE)
)
_ARCHIVED = int(Status.ARCHIVED)
_NUMBER_BITS = 63


def facets_of(source: str | None, *texts: str | None) -> list[Facet]:
    """The facets that a source and the JSON of a context, and of others like it, stand for."""
    found = [] if source is None else [_SOURCE + source]
    for text in texts:
        if text is not None:
            found += _facets(orjson.loads(text))
    return found


def _facets(context: Mapping[str, Any]) -> list[Facet]:
    found = [_HASHTAG + tag for tag in context.get("hashtags") or ()]
    content_type, author = context.get("contentType"), context.get("authorAlias")
    if content_type is not None:
        found.append(_CONTENT_TYPE + content_type)
    if author is not None:
        found.append(_AUTHOR + author)
    return found


def facets_described(post: StoredPost, facets: Sequence[Facet]) -> str | None:
    """What a post's description gives an interaction that has some facets, as JSON; None if none.

    Each kind of facet is the interaction's own, or else the description's.
    """
    kinds = {each[0] for each in facets}
    given: dict[str, Any] = {}
    if post.content_type is not None and _CONTENT_TYPE not in kinds:
        given["contentType"] = post.content_type
    if post.hashtags is not None and _HASHTAG not in kinds:
        given["hashtags"] = orjson.loads(post.hashtags)
    if post.author_alias is not None and _AUTHOR not in kinds:
        given["authorAlias"] = post.author_alias
    return orjson.dumps(given).decode() if given else None


def lacks_some(facets: Iterable[Facet]) -> bool:
    """Whether a description might add to an interaction's own facets."""
    return not {each[0] for each in facets} >= {_CONTENT_TYPE, _HASHTAG, _AUTHOR}


def row_facets(row: StoredInteraction) -> list[Facet]:
    """The facets that an interaction counts for; none once its context is gone."""
    if row.source is None and row.context is None and row.described is None:
        return []
    return facets_of(row.source, row.context, row.described)


class FacetChanges:
    """What a batch changes in the facets of users while it is judged; `settle` makes it parts."""

    def __init__(self) -> None:
        self._users: dict[str, Recorded] = {}

    def count(
        self,
        row: StoredInteraction,
        sign: int,
        facets: Sequence[Facet] | None = None,
        *,
        folded: bool = False,
    ) -> None:
        """Count an interaction's facets in (`sign` 1) or out (-1), those of its row unless given.

        What is `folded` stays counted once its row or its context is gone.
        """
        facets = row_facets(row) if facets is None else facets
        if facets:
            code = code_of(row.action, folded=folded or row.status == _ARCHIVED)
            recorded = self._users.get(row.user_alias)
            if recorded is None:
                recorded = self._users[row.user_alias] = Recorded()
            recorded.add(code, sign, row.occurred_at, facets)

    def fold(self, row: StoredInteraction) -> None:
        """Note that an interaction loses its context while it is counted."""
        facets = row_facets(row)
        self.count(row, -1, facets)
        self.count(row, 1, facets, folded=True)

    def settle(self, changes: Changes) -> None:
        """Make a part of what changed for each user."""
        if self._users:
            packed = {alias: recorded.packed() for alias, recorded in self._users.items()}
            changes.parts.update(new_parts(packed))


def new_parts(packed: Mapping[str, bytes]) -> dict[PartKey, StoredFacetPart]:
    """What users' facets change by, as new parts under a number that no other commit has."""
    number = randbits(_NUMBER_BITS)
    return {
        PartKey(alias, number): StoredFacetPart(alias, number, entries)
        for alias, entries in packed.items()
    }
