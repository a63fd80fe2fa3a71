"""Rewriting: what is stored brought to the form of this version, step by step.

A step is a short transaction that remembers how far it came, so that whatever breaks off goes on
from there. The last one remembers the form: only then does this version serve the database.
"""

import json
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any

from models.database.database import Database
from models.database.postgres import COMMANDS
from models.database.versions.all_locks import all_locked
from models.database.versions.numbers import FORM, FORM_NAME, moved, version
from models.records import EARLIEST
from models.vocabulary import ACTIONS, ActionType, Status, SubjectKind

_PLACE_NAME = "rewritten so far"
ROWS_AT_ONCE = 1_000

PATIENCE_S = 60.0
"""How long to wait for the locks of all lanes; no request waits for what is rewritten."""

#: Runs a statement with `$1`, `$2` … where its arguments go, and gives its rows.
Execute = Callable[..., Awaitable[Sequence[Any]]]

_GET = "SELECT value FROM facts WHERE name = $1"
_PUT = """INSERT INTO facts (name, value) VALUES ($1, $2)
ON CONFLICT (name) DO UPDATE SET value = excluded.value"""


@dataclass(frozen=True, slots=True)
class Forms:
    """What is made of values in an older form; one in this version's form stays as it is."""

    hashtag: Callable[[str], str]
    context: Callable[[str], str]
    #: Of interactions, each by action, instant, source and context: what of it users prefer.
    part: Callable[[Sequence[Sequence[Any]]], bytes]


async def is_rewritten(database: Database) -> bool:
    """Whether all that is stored has the form of this version; the database is there."""
    async with _transaction(database) as execute:
        return await _find(execute, FORM_NAME) == FORM


async def rewrite_step(database: Database, forms: Forms, rows: int = ROWS_AT_ONCE) -> bool:
    """Rewrite the next rows; whether there is more to do."""
    async with _transaction(database, writes=True) as execute:
        found = await _find(execute, _PLACE_NAME)
        part, after = json.loads(found) if found else (0, None)
        if part < len(_PARTS):
            rewrite, start = _PARTS[part]
            # What another version noted is no list; what it rewrote stays as it is.
            after = after if isinstance(after, list) else start
            last = await rewrite(execute, forms, after, rows)
            place = (part + 1, None) if last is None else (part, last)
            await execute(_PUT, _PLACE_NAME, json.dumps(place))
            return True
    if database.is_embedded:  # which keeps what was overwritten in unused pages, else
        _vacuum(database)
    async with _transaction(database, writes=True) as execute:
        await execute(_PUT, FORM_NAME, FORM)
        await execute("DELETE FROM facts WHERE name = $1", _PLACE_NAME)
    return False


async def _interactions(
    execute: Execute, forms: Forms, after: list[Any], limit: int
) -> list[Any] | None:
    found = await execute(
        "SELECT id, target_kind, target_id, context FROM interactions WHERE id > $1 "
        f"AND (context IS NOT NULL OR target_kind = {_HASHTAG}) ORDER BY id LIMIT $2",
        *after,
        limit,
    )
    for id, kind, target_id, context in found:
        new_target = forms.hashtag(target_id) if kind == _HASHTAG else target_id
        new_context = context if context is None else forms.context(context)
        if (new_target, new_context) != (target_id, context):
            await execute(
                "UPDATE interactions SET target_id = $1, context = $2 WHERE id = $3",
                new_target,
                new_context,
                id,
            )
    return list(found[-1][:1]) if found else None


async def _event_ids(
    execute: Execute, forms: Forms, after: list[Any], limit: int
) -> list[Any] | None:
    found = await execute(
        "SELECT user_key, event_key, target_id FROM event_ids "
        "WHERE (user_key, event_key) > ($1, $2) "
        f"AND action = {ACTIONS[ActionType.HASHTAG_USE].code} "
        "ORDER BY user_key, event_key LIMIT $3",
        *after,
        limit,
    )
    for user_key, event_key, target_id in found:
        if (new := forms.hashtag(target_id)) != target_id:
            await execute(_RENAME, new, user_key, event_key)
    return list(found[-1][:2]) if found else None


async def _totals(execute: Execute, forms: Forms, after: list[Any], limit: int) -> list[Any] | None:
    """Hashtags that have become one are counted together; they have no scores."""
    found = await execute(
        f"SELECT subject_id, action FROM totals WHERE subject_kind = {_HASHTAG} "
        "AND (subject_id, action) > ($1, $2) ORDER BY subject_id, action LIMIT $3",
        *after,
        limit,
    )
    for subject_id, action in found:
        if (new := forms.hashtag(subject_id)) != subject_id:
            await execute(_MERGE, new, subject_id, action)
            await execute(f"DELETE FROM totals WHERE {_OF_HASHTAG}", subject_id, action)
    return list(found[-1]) if found else None


async def _facets(execute: Execute, forms: Forms, after: list[Any], limit: int) -> list[Any] | None:
    """What was recorded before preferences were counted is counted now, as far as it has rows."""
    if after == _FIRST:
        await execute("DELETE FROM facet_parts")
    found = await execute(
        "SELECT id, user_alias, action, occurred_at, source, context FROM interactions "
        f"WHERE id > $1 AND status = {int(Status.SHOWN)} "
        "AND (source IS NOT NULL OR context IS NOT NULL) ORDER BY id LIMIT $2",
        *after,
        limit,
    )
    if not found:
        return None
    last, users = found[-1][0], dict[str, list[Sequence[Any]]]()
    for _, alias, *counted in found:
        users.setdefault(alias, []).append(counted)
    values = [each for alias, rows in users.items() for each in (alias, last, forms.part(rows))]
    places = (f"(${n}, ${n + 1}, ${n + 2})" for n in range(1, len(values) + 1, 3))
    await execute(f"INSERT INTO facet_parts VALUES {', '.join(places)}", *values)
    return [last]


_HASHTAG = int(SubjectKind.HASHTAG)
_FIRST = [0]
_RENAME = "UPDATE event_ids SET target_id = $1 WHERE user_key = $2 AND event_key = $3"
_OF_HASHTAG = f"subject_kind = {_HASHTAG} AND subject_id = $1 AND action = $2"
_MERGE = f"""INSERT INTO totals AS t
    (subject_kind, subject_id, action, slot, count, folded, bare, decayed, folded_decayed, last_at)
SELECT subject_kind, $1, action, slot, count, folded, bare, decayed, folded_decayed, last_at
FROM totals WHERE subject_kind = {_HASHTAG} AND subject_id = $2 AND action = $3
ON CONFLICT (subject_kind, subject_id, action, slot) DO UPDATE SET
    count = t.count + excluded.count, folded = t.folded + excluded.folded,
    bare = t.bare + excluded.bare,
    last_at = CASE WHEN t.last_at > excluded.last_at THEN t.last_at ELSE excluded.last_at END"""
_Rewrite = Callable[[Execute, Forms, list[Any], int], Awaitable[list[Any] | None]]
_PARTS: Sequence[tuple[_Rewrite, list[Any]]] = (
    (_interactions, [0]),
    (_event_ids, [EARLIEST, EARLIEST]),
    (_totals, ["", 0]),
    (_facets, _FIRST),
)
"""What is rewritten in which order, each with what its first rows come after."""


async def _find(execute: Execute, name: str) -> str | None:
    found = await execute(_GET, name)
    return found[0][0] if found else None


@asynccontextmanager
async def _transaction(database: Database, *, writes: bool = False) -> AsyncIterator[Execute]:
    """A transaction; beside one that writes nobody else does, nor after it who stores otherwise."""
    if database.is_embedded:
        with database.opened_file() as file:

            async def execute(statement: str, *arguments: Any) -> Sequence[Any]:
                return file.execute(statement.replace("$", "?"), arguments).fetchall()

            file.execute("BEGIN IMMEDIATE" if writes else "BEGIN")
            try:
                if writes:
                    file.execute(moved(version("sqlite")))
                yield execute
            except BaseException:
                file.execute("ROLLBACK")
                raise
            file.execute("COMMIT")
        return
    async with database.connected() as server:
        if not writes:
            yield server.fetch
            return
        async with all_locked(server, COMMANDS, PATIENCE_S):
            await server.execute(moved(version("postgres")))
            yield server.fetch


def _vacuum(database: Database) -> None:
    with database.opened_file() as file:
        file.execute("PRAGMA temp_store = DEFAULT")  # a copy of all, which memory may not hold
        file.execute("VACUUM")
        file.execute("PRAGMA wal_checkpoint(TRUNCATE)")
