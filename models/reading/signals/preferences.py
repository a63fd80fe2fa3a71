"""What users' facets are counted in: their parts, and what a wrong clock dated ahead of now."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from models.database.database import dialect
from models.reading.filters import Conditions
from models.records import Micros
from models.replicas.fetching import fetch_current
from models.vocabulary import Status


@dataclass(frozen=True, slots=True)
class RowAhead:
    """An interaction that is dated ahead of an instant, and what its facets are made of."""

    action: int
    occurred_at: Micros
    source: str | None
    context: str | None
    described: str | None


@dataclass(frozen=True, slots=True)
class UserParts:
    """A user's parts, in no order, and the interactions that are dated ahead."""

    parts: list[bytes] = field(default_factory=list)
    ahead: list[RowAhead] = field(default_factory=list)


async def parts_of(aliases: Sequence[str], at: Micros) -> dict[str, UserParts]:
    """The parts of users, and their interactions that are dated after an instant; in one query.

    Users of whom there is nothing are left out.
    """
    if not aliases:
        return {}
    conditions = Conditions(dialect())
    among = conditions.among(list(aliases), "text")
    each = conditions.each(aliases)
    rows = await fetch_current(
        "SELECT user_alias, entries, NULL AS action, NULL AS occurred_at, NULL AS source, "
        f"NULL AS context, NULL AS described FROM facet_parts WHERE user_alias {among} "
        "UNION ALL SELECT user_alias, NULL, action, occurred_at, source, context, described "
        f"FROM {each} CROSS JOIN interactions i WHERE {conditions.of_user('k.value')} "
        f"AND occurred_at > {int(at)} "
        f"AND status = {int(Status.SHOWN)}",
        conditions.arguments,
    )
    found: dict[str, UserParts] = {}
    for alias, entries, *row in map(tuple, rows):
        of = found.setdefault(alias, UserParts())
        if entries is None:
            of.ahead.append(RowAhead(*row))
        else:
            of.parts.append(bytes(entries))
    return found
