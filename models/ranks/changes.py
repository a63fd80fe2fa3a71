"""What a commit leaves in the queue of ranks: whose scores it changed, in one row."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import NamedTuple

import orjson

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
    listed: dict[int, list[str]] = {kind: [] for kind in _KINDS}
    for kind, id in subjects:
        listed[kind].append(id)
    users, posts = map(_listed, listed.values())
    return QueuedNames(len(subjects), users, posts)


def named(users: str, posts: str) -> Iterator[tuple[int, list[str]]]:
    """Whom a row of the queue names: ids by kind, where there are any."""
    for kind, listed in zip(_KINDS, (users, posts), strict=True):
        if ids := orjson.loads(listed):
            yield kind, ids


def _listed(ids: list[str]) -> str:
    return orjson.dumps(sorted(ids)).decode()
