"""What a commit leaves in the queue of ranks: whose scores it changed, in one row."""

import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import NamedTuple

from models.records import Changes
from models.vocabulary import SubjectKind

INSERT = "INSERT INTO rank_changes (size, users, posts) "

_KINDS = (int(SubjectKind.USER), int(SubjectKind.POST))
"""The kinds of subject that have scores, in the order of the columns."""


@dataclass(slots=True)
class StoredRank:
    """A row of `ranks`."""

    subject_kind: int
    subject_id: str
    rank_key: float


class QueuedNames(NamedTuple):
    """A row of the queue, without its number: how many it names, the users and the posts."""

    size: int
    users: str
    posts: str


def names_to_queue(changes: Changes) -> QueuedNames:
    """The row for those whose ranks a commit may change; of size 0 it is not to be written.

    Whoever is deleted is among them: their ranks are to go.
    """
    subjects = changes.ranked
    if changes.gone.subjects:
        subjects = subjects | {each for each in changes.gone.subjects if each.kind in _KINDS}
    users, posts = (sorted(id for kind, id in subjects if kind == each) for each in _KINDS)
    return QueuedNames(len(subjects), _listed(users), _listed(posts))


def named(users: str, posts: str) -> Iterator[tuple[int, list[str]]]:
    """Whom a row of the queue names: ids by kind, where there are any."""
    for kind, listed in zip(_KINDS, (users, posts), strict=True):
        if ids := json.loads(listed):
            yield kind, ids


def _listed(ids: Iterable[str]) -> str:
    return json.dumps(list(ids), ensure_ascii=False, separators=(",", ":"))
