"""Deeds: what one user did that signals rest on, read by one statement along existing indexes."""

import json
from collections.abc import Sequence
from typing import Any, NamedTuple

from models.database.database import dialect
from models.reading.filters import Conditions
from models.records import Micros, Subject
from models.replicas.fetching import fetch_current
from models.vocabulary import CIRCLES, COUNTED, SubjectKind

RECENT = 300
"""The user's latest interactions that are looked at for what the user is after."""

CIRCLED = 200
"""The latest updates of each circle that are looked at for whom they are about."""

JOINED = 1_000
"""The groups and communities of a user that are looked at."""

VISITED = 500
"""Visits and vibes of a user that are looked at for whose profiles they are."""

_COUNTED = f"status IN ({', '.join(str(int(each)) for each in COUNTED)})"
_JOINABLE = (SubjectKind.GROUP, SubjectKind.COMMUNITY)
_LEVEL, _TOUCHED, _RECENT, _AUTHORS, _CIRCLES, _JOINED, _PEOPLE = range(7)


class Deed(NamedTuple):
    """What the user did to a post or a profile, by its id, how often, and when last."""

    target_id: str
    action: int
    occurred_at: Micros
    times: int = 1


class CircleUpdate(NamedTuple):
    """That the user put a person, by alias, into a circle."""

    alias: str
    circle: str


class Deeds(NamedTuple):
    """What one user did.

    `level` is the privacy level that the user chose, None where the default holds. `touched` are
    the deeds on candidates, `recent` the latest on any posts, `authors` those on the profiles of
    candidates' authors, and `circles` the latest updates, each latest first. `joined` are the
    groups and communities that the user is in, the latest first. `people` are those whose profiles
    the user visited or sent a vibe to, most often first, if they were asked for.
    """

    level: int | None
    touched: list[Deed]
    recent: list[Deed]
    authors: list[Deed]
    circles: list[CircleUpdate]
    joined: list[Subject]
    people: list[str]


class DeedsOn(NamedTuple):
    """What one user did to candidates, and to the profiles of their authors, as in `Deeds`."""

    touched: list[Deed]
    authors: list[Deed]


async def deeds(alias: str, post_ids: Sequence[str] = (), *, people: int = 0) -> Deeds:
    """What a user did to some posts and their authors, and lately to any; without what is undone.

    `people` is how many of those are wanted whose profiles the user went to. Of a circle no more
    than the latest 200 updates are known, and what lies before the oldest of those is left out for
    all circles: who was put into another one since may be beyond.
    """
    statement = _Statement(alias, post_ids)
    found = await _read(statement.text(people), statement)
    return Deeds(
        level=found[_LEVEL][0][1] if found[_LEVEL] else None,
        touched=[Deed(*row) for row in found[_TOUCHED]],
        recent=[Deed(*row[:3]) for row in found[_RECENT]],
        authors=[Deed(*row) for row in found[_AUTHORS]],
        circles=_circles(found[_CIRCLES]),
        joined=[Subject(kind, id) for id, kind, *_ in found[_JOINED]],
        people=[row[0] for row in found[_PEOPLE]],
    )


async def deeds_on(alias: str, post_ids: Sequence[str]) -> DeedsOn:
    """What a user did to some posts and their authors; without what is undone."""
    if not post_ids:
        return DeedsOn([], [])
    statement = _Statement(alias, post_ids)
    found = await _read(statement.on_candidates, statement)
    return DeedsOn(
        touched=[Deed(*row) for row in found[_TOUCHED]],
        authors=[Deed(*row) for row in found[_AUTHORS]],
    )


async def _read(text: str, statement: "_Statement") -> list[list[tuple[Any, ...]]]:
    """The rows of each part, by instant and then number, the highest first."""
    found: list[list[tuple[Any, ...]]] = [[] for _ in range(_PEOPLE + 1)]
    for row in await fetch_current(text, statement.arguments):
        part, *values = row
        found[part].append(tuple(values))
    for rows in found:
        rows.sort(key=lambda row: (-row[2], -row[3], row[0], row[1]))
    return found


def _circles(rows: list[tuple[Any, ...]]) -> list[CircleUpdate]:
    """The updates as far back as all circles are known."""
    known = len(rows)
    for circle in range(len(CIRCLES)):
        places = [place for place, row in enumerate(rows) if row[1] == circle]
        if len(places) == CIRCLED:
            known = min(known, places[-1] + 1)
    return [
        CircleUpdate(alias, CIRCLES[circle])
        for context, circle, *_ in rows[:known]
        if (alias := _author(context)) is not None
    ]


def _author(context: str | None) -> str | None:
    """Whom an update is about; PostgreSQL reads no JSON that has a NUL, which metadata may."""
    return None if context is None else json.loads(context).get("authorAlias")


class _Statement(Conditions):
    """A SELECT of parts: of each the part's number, an id, a number, an instant and a number."""

    def __init__(self, alias: str, post_ids: Sequence[str]) -> None:
        super().__init__(dialect())
        self._alias = self.add(alias)
        self._post_ids = self.listed(post_ids) if post_ids else None

    def text(self, people: int) -> str:
        """All parts; that of candidates if there are any, and so many people if any are wanted."""
        parts = [self._level(), self._recent(), self._joined()]
        parts += (self._circle(number) for number in range(len(CIRCLES)))
        if self._post_ids is not None:
            parts.append(self.on_candidates)
        if people:
            parts.append(self._people(people))
        return " UNION ALL ".join(parts)

    @property
    def on_candidates(self) -> str:
        """The parts that are about candidates."""
        return f"{self._touched()} UNION ALL {self._authors()}"

    def _level(self) -> str:
        return (
            f"SELECT {_LEVEL} AS part, user_alias AS id, level AS code, updated_at AS at, "
            f"0 AS number FROM privacy_settings WHERE user_alias = {self._alias}"
        )

    def _touched(self) -> str:
        return self._grouped(_TOUCHED, SubjectKind.POST, str(self._post_ids))

    def _authors(self) -> str:
        authors = "SELECT {}(author_alias) FROM posts WHERE post_id {}"
        if self.is_sqlite:
            among = f"IN (SELECT value FROM json_each({self._post_ids}))"
            authors = authors.format("json_group_array", among)
        else:
            authors = authors.format("array_agg", f"= ANY({self._post_ids}::text[])")
        return self._grouped(_AUTHORS, SubjectKind.PROFILE, f"({authors})")

    def _grouped(self, part: int, kind: SubjectKind, ids: str) -> str:
        done = self.of_user_and_targets(self._alias, int(kind), ids)
        return (
            f"SELECT {part}, target_id, action, max(occurred_at), count(*) FROM interactions i "
            f"WHERE {done} AND {_COUNTED} GROUP BY target_id, action"
        )

    def _recent(self) -> str:
        of_user = self.of_user(self._alias)
        window = self._latest("target_kind, target_id, action", of_user, RECENT)
        return (
            f"SELECT {_RECENT}, target_id, action, occurred_at, id FROM ({window}) r "
            f"WHERE target_kind = {int(SubjectKind.POST)} AND {_COUNTED}"
        )

    def _circle(self, number: int) -> str:
        circle = f"'{CIRCLES[number]}'"
        of_circle = self.of_user_and_target(self._alias, int(SubjectKind.CIRCLE), circle)
        return (
            f"SELECT {_CIRCLES}, context, {number}, occurred_at, id "
            f"FROM ({self._latest('context', of_circle, CIRCLED)}) c{number}"
        )

    def _people(self, most: int) -> str:
        """Whom the user went to; how often, in the place of the instant, is what orders them."""
        visited = self.of_user_and_kind(self._alias, int(SubjectKind.PROFILE))
        return (
            f"SELECT {_PEOPLE}, target_id, 0, times, last FROM (SELECT target_id, "
            "count(*) AS times, max(occurred_at) AS last FROM (SELECT target_id, occurred_at "
            f"FROM interactions i WHERE {visited} AND {_COUNTED} LIMIT {VISITED}) v "
            f"GROUP BY target_id ORDER BY times DESC, last DESC, target_id LIMIT {int(most)}) p"
        )

    def _joined(self) -> str:
        each = " UNION ALL ".join(
            "SELECT target_id, target_kind, occurred_at, id FROM interactions i "
            f"WHERE {self.of_user_and_kind(self._alias, int(kind))} AND {_COUNTED}"
            for kind in _JOINABLE
        )
        return f"SELECT {_JOINED}, * FROM (SELECT * FROM ({each}) j LIMIT {JOINED}) j"

    def _latest(self, columns: str, condition: str, limit: int) -> str:
        return (
            f"SELECT {columns}, occurred_at, id, status FROM interactions i WHERE {condition} "
            f"ORDER BY occurred_at DESC, id DESC LIMIT {limit}"
        )
