"""Dumps of the older systems' tables, as psql's \\copy writes them: CSV under a header.

The recommender's `interactions` and `privacy_settings`, and the tracker's `UserActivity`, are told
apart by where they come from and by their columns.
"""

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import UTC
from typing import Any, NamedTuple

from models.vocabulary import ACTIONS, ActionType, PrivacyLevel
from resolvers.errors import shown
from resolvers.identity import alias_from_digest, is_alias
from resolvers.instants import parse_loosely
from resolvers.json_texts import NotJson, from_json
from resolvers.moving.csv_rows import BadLine, CsvRows
from resolvers.moving.file_options import NULLS, FileOptions
from resolvers.moving.import_lines import Line
from resolvers.moving.legacy_names import ActionRequest, action_request, context_of
from resolvers.privacy.levels import Choice
from resolvers.recording.contexts import NO_CONTEXT, RecordContext
from resolvers.recording.validation import RecordRequest

SETTINGS = "privacy_settings"
CORGI, TRACKER = "corgi", "activity-tracker"
ORIGINS = (CORGI, TRACKER)
NOT_MAPPED = "not mapped"
NAMES_TOLD = 200
_OTHERS = "(others)"
_DIGEST = re.compile("[0-9a-f]{64}")

Cells = dict[str, str]


class Column(NamedTuple):
    """A column by the names it may have; the first one that the header has is read.

    Of alternatives all are read, and in each row the first that is not empty counts.
    """

    names: tuple[str, ...]
    needed: bool = True
    are_alternatives: bool = False


_AT = Column(("created_at", "timestamp"))
_ID = Column(("id", "interaction_id", "activity_id"))
TABLES: dict[str, dict[str, Column]] = {
    "interactions": {
        "id": _ID,
        "user": Column(("user_id", "user_alias"), are_alternatives=True),
        "target": Column(("post_id",)),
        "name": Column(("action_type",)),
        "context": Column(("context",), needed=False),
        "at": _AT,
    },
    SETTINGS: {
        "user": Column(("user_id", "user_alias"), are_alternatives=True),
        "level": Column(("tracking_level",)),
    },
    "UserActivity": {
        "id": _ID,
        "user": Column(("user_id", "user", "user_alias"), are_alternatives=True),
        "target": Column(("target_id", "target", "object_id", "post_id")),
        "name": Column(("activity_type",)),
        "context": Column(("metadata",), needed=False),
        "at": _AT,
    },
}
"""The columns of each table; others are passed over."""

COLUMNS = tuple(
    dict.fromkeys(
        name for table in TABLES.values() for column in table.values() for name in column.names
    )
)


class SettingRow(NamedTuple):
    """A row of privacy settings: as a line's, and the choice it says or lacks."""

    number: int
    end: int
    choice: Choice | BadLine


class Dump:
    """A dump while it is read.

    `mapped` counts what each name of an action or level became, `passed_over` are the columns that
    are not read.
    """

    def __init__(self, file: Iterable[bytes], origin: str, options: FileOptions) -> None:
        """Read the header; instants without an offset are of UTC where no zone is said.

        Raises:
            BadLine: it lacks a column.
        """
        rows = CsvRows(file, options.renamed)
        self.table = _table(origin, rows.header)
        self._origin = origin
        nulls = NULLS if options.nulls is None else options.nulls
        self._options = replace(options, zone=options.zone or UTC, nulls=nulls)
        self._columns = _found(TABLES[self.table], rows.header)
        self.mapped = Counter[tuple[str, str]]()
        read = {name for names in self._columns.values() for name in names}
        self.passed_over = [name for name in rows.header if name not in read]
        self._rows = rows.rows({*self.passed_over, *self._columns.get("context", ())})

    @property
    def holds_settings(self) -> bool:
        """Whether its rows are privacy settings, and not inputs of recording."""
        return self.table == SETTINGS

    def lines(self) -> Iterator[Line]:
        """The rows of interactions or activities, each as an input of recording."""
        for number, end, cells in self._rows:
            try:
                yield Line(number, end, self._request(self._present(cells)))
            except BadLine as bad:
                yield Line(number, end, bad)

    def settings(self) -> Iterator[SettingRow]:
        """The rows of privacy settings."""
        for number, end, cells in self._rows:
            try:
                yield SettingRow(number, end, self._choice(self._present(cells)))
            except BadLine as bad:
                yield SettingRow(number, end, bad)

    def _present(self, cells: Cells | BadLine) -> Cells:
        """The cells of a row, empty where they say nothing."""
        if isinstance(cells, BadLine):
            raise cells
        is_absent = self._options.is_absent
        return {name: "" if is_absent(cell) else cell for name, cell in cells.items()}

    def _request(self, cells: Cells) -> RecordRequest:
        """What a row records; its id makes sure that it is recorded once."""
        name = self._cell(cells, "name")
        try:
            done = self._options.names.get(name) or action_request(name)
        except ValueError as error:
            self._count(name, NOT_MAPPED)
            raise BadLine(f"{self._columns['name'][0]}: {error}") from None
        self._count(name, f"undo of {done.action}" if done.undo else done.action)
        context = self._context(cells)
        target = _searched(done, cells[self._columns["target"][0]], context)
        target = target or self._cell(cells, "target")
        is_post = self._origin == CORGI
        return RecordRequest(
            done.action,
            *self._named(cells),
            post_id=target if is_post else None,
            target=None if is_post else (ACTIONS[done.action].target_kind, target),
            occurred_at=self._instant(cells),
            event_id=f"{self._origin}:{self._cell(cells, 'id')}",
            undo=done.undo,
            context=context,
        )

    def _choice(self, cells: Cells) -> Choice:
        name = self._cell(cells, "level").upper()
        named = self._named(cells)
        if name not in PrivacyLevel.__members__:
            self._count(name.lower(), NOT_MAPPED)
            message = f"tracking_level: got {shown(name.lower())}; allowed are full, limited, none"
            raise BadLine(message)
        self._count(name.lower(), name)
        return Choice(PrivacyLevel[name], *named)

    def _named(self, cells: Cells) -> tuple[str | None, str | None]:
        """The id or the alias of a row's user, by the first of its columns that says so.

        What `user_id` holds is an id, whatever it looks like; what `user` holds may be an alias.
        """
        for column in self._columns["user"]:
            if who := cells[column]:
                is_named_by_alias = column == "user_alias" or (column == "user" and is_alias(who))
                return (None, _own_alias(who)) if is_named_by_alias else (who, None)
        raise BadLine(f"{' or '.join(self._columns['user'])}: needed")

    def _instant(self, cells: Cells) -> int:
        cell = self._cell(cells, "at")
        try:
            return parse_loosely(cell, self._options.zone)
        except ValueError as error:
            raise BadLine(f"{self._columns['at'][0]}: got {error}") from None

    def _context(self, cells: Cells) -> RecordContext:
        columns = self._columns["context"]
        cell = cells[columns[0]] if columns else ""
        if not cell:
            return NO_CONTEXT
        try:
            value: Any = from_json(cell)
        except NotJson:
            raise BadLine(f"{columns[0]}: got {shown(cell)}; allowed is JSON") from None
        if self._origin == TRACKER:
            return RecordContext(metadata=value)
        if not isinstance(value, dict | None):
            raise BadLine(f"{columns[0]}: got {shown(cell)}; allowed is a JSON object")
        return context_of(value or {})

    def _cell(self, cells: Cells, what: str) -> str:
        column = self._columns[what][0]
        if not cells[column]:
            raise BadLine(f"{column}: needed")
        return cells[column]

    def _count(self, name: str, becomes: str) -> None:
        """Count a name; those beyond reason are counted together, for they are no names."""
        key = (name, becomes)
        full = len(self.mapped) >= NAMES_TOLD and key not in self.mapped
        self.mapped[(_OTHERS, becomes) if full else key] += 1


def _searched(done: ActionRequest, target: str, context: RecordContext) -> str:
    """The target; of a search without one what was searched for, as its metadata has it."""
    metadata = context.metadata
    if target or done.action is not ActionType.SEARCH or not isinstance(metadata, dict):
        return target
    query = metadata.get("query")
    return query if isinstance(query, str) else ""


def _own_alias(told: str) -> str:
    """An alias as this product makes it.

    The recommender's is all of HMAC-SHA256 under its salt, where ours is the first half under the
    secret. So where its salt is the secret, the alias that comes out is that of the user's id.
    """
    return alias_from_digest(told) if _DIGEST.fullmatch(told) else told


def _table(origin: str, header: Sequence[str]) -> str:
    if origin == TRACKER:
        return "UserActivity"
    return SETTINGS if "tracking_level" in header else "interactions"


def _found(table: Mapping[str, Column], header: Sequence[str]) -> dict[str, list[str]]:
    """The header's names that are read of each column."""
    found = {}
    for what, column in table.items():
        names = [name for name in column.names if name in header]
        if column.needed and not names:
            raise BadLine(f"the header lacks a column; allowed are {' or '.join(column.names)}")
        found[what] = names if column.are_alternatives else names[:1]
    return found
