"""Members: what those who are in the same groups and communities as a user engage with."""

import json
from collections.abc import Sequence
from typing import NamedTuple

from models.database.database import dialect
from models.reading.filters import Conditions
from models.records import Subject
from models.replicas.fetching import fetch_current
from models.vocabulary import COUNTED, SubjectKind

MEMBERS = 40
"""The latest members of a place that are looked at."""

ENGAGEMENTS = 40
"""The latest interactions of a member that are looked at."""

LEAST = 3
"""So many members at least must have engaged with a post: fewer would tell of one person."""

_COUNTED = f"status IN ({', '.join(str(int(each)) for each in COUNTED)})"
_LATEST = "ORDER BY l.occurred_at DESC, l.id DESC LIMIT"


class Engaged(NamedTuple):
    """That so many members of a place, others than the user, engaged with a post."""

    place: Subject
    post_id: str
    members: int


async def engaged_by_members(
    alias: str,
    places: Sequence[Subject],
    actions: Sequence[int],
    post_ids: Sequence[str] | None = None,
) -> list[Engaged]:
    """The posts, of some or of all, to which at least 3 other members of a place did an action.

    It looks at the latest 40 members of each place and the latest 40 interactions of each; in one
    query, in no order.
    """
    if not places:
        return []
    statement = _Statement(dialect())
    text = statement.text(alias, places, actions, post_ids)
    rows = await fetch_current(text, statement.arguments)
    return [Engaged(Subject(kind, id), post_id, int(n)) for kind, id, post_id, n in rows]


class _Statement(Conditions):
    """`p` is a place, `m` a member's joining of it, and `e` what the member did."""

    def text(
        self,
        alias: str,
        places: Sequence[Subject],
        actions: Sequence[int],
        post_ids: Sequence[str] | None,
    ) -> str:
        codes = ", ".join(str(int(action)) for action in actions)
        done = f"e.target_kind = {int(SubjectKind.POST)} AND e.{_COUNTED} AND e.action IN ({codes})"
        if post_ids is not None:
            done += f" AND e.target_id {self.among(post_ids, 'text')}"
        other = f"m.{_COUNTED} AND m.user_alias <> {self.add(alias)}"
        return (
            "SELECT p.kind, p.id, e.target_id, count(DISTINCT m.user_alias) "
            f"FROM {self._joined(places, other, done)} GROUP BY p.kind, p.id, e.target_id "
            f"HAVING count(DISTINCT m.user_alias) >= {LEAST}"
        )

    def _joined(self, places: Sequence[Subject], other: str, done: str) -> str:
        of_place = self.of_target("p.kind", "p.id", "l")
        of_member = self.of_user("m.user_alias", "l")
        if not self.is_sqlite:
            kinds = self.add([int(place.kind) for place in places])
            ids = self.add([place.id for place in places])
            joined = f"SELECT l.* FROM interactions l WHERE {of_place} {_LATEST} {MEMBERS}"
            engaged = f"SELECT l.* FROM interactions l WHERE {of_member} {_LATEST} {ENGAGEMENTS}"
            return (
                f"unnest({kinds}::smallint[], {ids}::text[]) p(kind, id) "
                f"JOIN LATERAL ({joined}) m ON {other} JOIN LATERAL ({engaged}) e ON {done}"
            )
        # SQLite has no lateral joins: the latest rows of each are found by their numbers.
        pairs = self.add(json.dumps([[int(place.kind), place.id] for place in places]))
        kind, id = (f"json_extract(value, {self.add(f'$[{number}]')})" for number in range(2))
        each = f"(SELECT {kind} AS kind, {id} AS id FROM json_each({pairs}))"
        joined = f"SELECT l.id FROM interactions l WHERE {of_place} {_LATEST} {MEMBERS}"
        engaged = f"SELECT l.id FROM interactions l WHERE {of_member} {_LATEST} {ENGAGEMENTS}"
        return (
            f"{each} p CROSS JOIN interactions m CROSS JOIN interactions e "
            f"WHERE m.id IN ({joined}) AND {other} AND e.id IN ({engaged}) AND {done}"
        )
