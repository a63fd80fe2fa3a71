"""Reading ahead: what was read before a commit, made what it is after it."""

from collections.abc import Set as AbstractSet
from typing import TypeVar

from models.records import Changes, Known, Record, Wanted

K = TypeVar("K")
R = TypeVar("R", bound=Record)


def may_read_ahead(wanted: Wanted) -> bool:
    """Whether `brought_forward` brings forward all that is wanted."""
    return not (wanted.rows or wanted.removals or wanted.facts)


def brought_forward(known: Known, wanted: Wanted, changes: Changes) -> Known:
    """What is known under the wanted keys, after changes that nothing rare is among.

    Their records are copied, since whoever judges next moves them.
    """
    states = {row.state_key: row for row in changes.interactions.values() if row.state_key}
    known.last_number = changes.last_number
    _take(known.event_ids, changes.event_ids, wanted.event_ids)
    _take(known.states, states, wanted.states)
    _take(known.totals, changes.totals, wanted.totals)
    _take(known.scores, changes.scores, wanted.scores)
    return known


def _take(known: dict[K, R], changed: dict[K, R], wanted: AbstractSet[K]) -> None:
    for key in changed.keys() & wanted:
        known[key] = changed[key].copy()
