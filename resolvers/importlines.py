"""Lines of an import file: each an input of recording, in the snake case of its fields."""

import csv
from codecs import BOM_UTF8
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, NamedTuple

from models.vocabulary import ActionType, TargetKind
from resolvers.errors import shown
from resolvers.instants import parse_instant
from resolvers.intake import NO_CONTEXT, Context, Request
from resolvers.jsontexts import NotJson, from_json

FORMATS = ("ndjson", "csv")
_TEXTS = ("user_id", "user_alias", "post_id", "event_id")
_FIELDS = ("action", *_TEXTS, "target", "occurred_at", "sent_at", "undo", "context")
_CONTEXT_TEXTS = ("source", "recommendation_id", "content_type", "author_id")
_CONTEXT = (*_CONTEXT_TEXTS, "recommended", "hashtags", "metadata")
_TARGET = ("kind", "id")
_NESTED = {"target": _TARGET, "context": _CONTEXT}
_ACTIONS = {action.value: action for action in ActionType}
_SWITCH = {"true": True, "1": True, "false": False, "0": False}


class BadLine(ValueError):
    """A line is no input; the message names the field and what is allowed, never a user id."""


@dataclass(slots=True)
class Line:
    """One line: its number, from 1, where it ends in the file, and what it says or lacks."""

    number: int
    end: int
    request: Request | BadLine


def lines(file: Iterable[bytes], format: str) -> Iterator[Line]:
    """The lines of a file, one at a time; blank ones are skipped.

    Raises:
        BadLine: the file as a whole is not of this format.
    """
    return _csv_lines(file) if format == "csv" else _json_lines(file)


def _json_lines(file: Iterable[bytes]) -> Iterator[Line]:
    end = 0
    for number, raw in enumerate(file, 1):
        end += len(raw)
        if number == 1:
            raw = raw.removeprefix(BOM_UTF8)
        if raw.isspace():
            continue
        try:
            fields = from_json(raw)
        except NotJson as why:
            yield Line(number, end, BadLine(f"is not JSON: {why}"))
            continue
        yield Line(number, end, _request(fields))


def _csv_lines(file: Iterable[bytes]) -> Iterator[Line]:
    header, rows = csv_rows(file)
    nested = [f"{outer}_{inner}" for outer, inners in _NESTED.items() for inner in inners]
    if unknown := set(header) - set(_FIELDS) - set(nested):
        allowed = ", ".join((*_FIELDS, *nested))
        raise BadLine(f"unknown column {shown(min(unknown))}; allowed are {allowed}")
    if "action" not in header:
        raise BadLine("the first line must name the columns, `action` among them")
    for outer, inners in _NESTED.items():
        if outer in header and any(f"{outer}_{inner}" in header for inner in inners):
            raise BadLine(f"{outer}: allowed is the column {outer} or those of its fields")
    for row in rows:
        fields = row.cells if isinstance(row.cells, BadLine) else _uncsv(row.cells)
        yield Line(row.number, row.end, _request(fields))


class Row(NamedTuple):
    """One row of CSV: its number and end as of a line, and its cells by their columns."""

    number: int
    end: int
    cells: dict[str, str] | BadLine


def csv_rows(file: Iterable[bytes]) -> tuple[list[str], Iterator[Row]]:
    """The header of a file of CSV, and its rows one at a time; blank ones are skipped.

    Raises:
        BadLine: the header is none.
    """
    end = 0

    def texts() -> Iterator[str]:
        nonlocal end
        for raw in file:
            end += len(raw)
            # A byte that is not UTF-8 becomes a lone surrogate, which no field may hold.
            text = raw.removeprefix(BOM_UTF8) if end == len(raw) else raw
            yield text.decode("utf-8", "surrogateescape")

    def rows() -> Iterator[Row]:
        while True:
            try:
                row = next(reader)
            except StopIteration:
                return
            except csv.Error as error:
                yield Row(reader.line_num, end, BadLine(f"is not CSV: {error}"))
                continue
            if len(row) == len(header):
                yield Row(reader.line_num, end, dict(zip(header, row, strict=True)))
            elif row:
                bad = f"has {len(row)} columns; allowed are {len(header)} as in the header"
                yield Row(reader.line_num, end, BadLine(bad))

    reader = csv.reader(texts(), strict=True)
    try:
        header = next(reader, [])
    except csv.Error as error:
        raise BadLine(f"the header is not CSV: {error}") from None
    if len(header) != len(set(header)):
        raise BadLine("the header names a column twice; allowed is once")
    return header, rows()


def _uncsv(cells: Mapping[str, str]) -> dict[str, Any] | BadLine:
    """The fields behind a row's cells: JSON where a field is no text, empty where it is absent."""
    fields: dict[str, Any] = {}
    for name, cell in cells.items():
        if cell == "":
            continue
        outer, _, inner = name.partition("_")
        holder = fields
        if outer in _NESTED and inner in _NESTED[outer]:
            holder, name = fields.setdefault(outer, {}), inner
        if name in ("target", "context", "hashtags", "metadata"):
            try:
                holder[name] = from_json(cell)
            except NotJson:
                return BadLine(f"{name}: got {shown(cell)}; allowed is JSON")
        elif name in ("undo", "recommended"):
            holder[name] = _SWITCH.get(cell.lower(), cell)
        else:
            holder[name] = cell
    return fields


def _request(fields: Any) -> Request | BadLine:
    try:
        if isinstance(fields, BadLine):
            raise fields
        _check_names("the line", fields, _FIELDS)
        target, context = fields.get("target"), fields.get("context")
        return Request(
            action=_action(fields.get("action")),
            **{name: _text(fields, name) for name in _TEXTS},
            target=None if target is None else _target(target),
            occurred_at=_instant(fields, "occurred_at"),
            sent_at=_instant(fields, "sent_at"),
            undo=_flag(fields, "undo"),
            context=NO_CONTEXT if context is None else _context(context),
        )
    except BadLine as bad:
        return bad


def _target(fields: Any) -> tuple[TargetKind, str]:
    _check_names("target", fields, _TARGET)
    kind = fields.get("kind")
    if not isinstance(kind, str) or kind not in TargetKind.__members__:
        raise BadLine(f"target.kind: got {shown(str(kind))}; allowed are {', '.join(TargetKind)}")
    return TargetKind(kind), _text(fields, "id") or ""


def _context(fields: Any) -> Context:
    _check_names("context", fields, _CONTEXT)
    hashtags = fields.get("hashtags")
    if hashtags is not None and not (
        isinstance(hashtags, list) and all(isinstance(each, str) for each in hashtags)
    ):
        raise BadLine("context.hashtags: allowed is a list of texts")
    return Context(
        **{name: _text(fields, name) for name in _CONTEXT_TEXTS},
        recommended=_flag(fields, "recommended"),
        hashtags=hashtags,
        metadata=fields.get("metadata"),
    )


def _check_names(what: str, fields: Any, allowed: tuple[str, ...]) -> None:
    if not isinstance(fields, dict):
        raise BadLine(f"{what} must be a JSON object")
    for name in fields:
        if name not in allowed:
            raise BadLine(f"{what} has {shown(name)}; allowed are {', '.join(allowed)}")


def _action(value: Any) -> ActionType:
    if isinstance(value, str) and (action := _ACTIONS.get(value) or _ACTIONS.get(value.upper())):
        return action
    raise BadLine(f"action: got {shown(str(value))}; allowed are {', '.join(ActionType)}")


def _text(fields: Mapping[str, Any], name: str) -> str | None:
    value = fields.get(name)
    if value is None or isinstance(value, str):
        return value
    if isinstance(value, int) and not isinstance(value, bool):
        return str(value)  # as GraphQL's ID takes numbers
    raise BadLine(f"{name}: allowed is a text")


def _flag(fields: Mapping[str, Any], name: str) -> bool:
    value = fields.get(name)
    if value is None or isinstance(value, bool):
        return bool(value)
    raise BadLine(f"{name}: got {shown(str(value))}; allowed are true and false")


def _instant(fields: Mapping[str, Any], name: str) -> int | None:
    value = fields.get(name)
    try:
        return None if value is None else parse_instant(value)
    except ValueError as error:
        raise BadLine(f"{name}: got {error}") from None
