"""Lines of an import file: each an input of recording, in the snake case of its fields."""

from codecs import BOM_UTF8
from collections.abc import Iterable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

from models.vocabulary import ActionType, TargetKind
from resolvers.errors import shown
from resolvers.instants import parse_loosely
from resolvers.json_texts import NotJson, from_json
from resolvers.moving.csv_rows import BadLine, CsvRows
from resolvers.moving.file_options import AS_IT_IS, NULLS, FileOptions
from resolvers.moving.legacy_names import ActionRequest, action_request
from resolvers.moving.raw_lines import NOT_UTF_8
from resolvers.recording.contexts import NO_CONTEXT, RecordContext
from resolvers.recording.validation import RecordRequest

FORMATS = ("ndjson", "csv")
_TEXTS = ("user_id", "user_alias", "post_id", "event_id")
_IDS = (*_TEXTS, "target.id")
_TEXT_OR_NONE = frozenset((str, type(None)))
_FIELDS = ("action", *_TEXTS, "target", "occurred_at", "sent_at", "undo", "context")
_CONTEXT_TEXTS = ("source", "recommendation_id", "content_type", "author_id", "author_alias")
_CONTEXT = (*_CONTEXT_TEXTS, "recommended", "hashtags", "metadata")
_TARGET = ("kind", "id")
_NESTED = {"target": _TARGET, "context": _CONTEXT}
_FLAT = tuple(f"{outer}_{inner}" for outer, inners in _NESTED.items() for inner in inners)
"""The columns of CSV for what lies within other fields."""

_JSON = ("target", "context", "hashtags", "metadata")
_SPANNING = frozenset(("target", "context", "context_hashtags", "context_metadata"))
COLUMNS = (*_FIELDS, *_FLAT)
_ACTIONS = {action.value: ActionRequest(action) for action in ActionType}
_SWITCH = {"true": True, "1": True, "false": False, "0": False}


@dataclass(slots=True)
class Line:
    """One line: its number, from 1, where it ends in the file, and what it says or lacks."""

    number: int
    end: int
    request: RecordRequest | BadLine


def lines(file: Iterable[bytes], format: str, options: FileOptions = AS_IT_IS) -> Iterator[Line]:
    """The lines of a file, one at a time; blank ones are skipped.

    Raises:
        BadLine: the file as a whole is not of this format.
    """
    return _csv_lines(file, options) if format == "csv" else _json_lines(file, options)


def _json_lines(file: Iterable[bytes], options: FileOptions) -> Iterator[Line]:
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
            yield Line(number, end, BadLine(_not_json(raw, why)))
            continue
        yield Line(number, end, _request(_ours(fields, options), options))


def _not_json(raw: bytes, why: NotJson) -> str:
    try:
        raw.decode()
    except UnicodeDecodeError:
        return NOT_UTF_8
    return f"is not JSON: {why}"


def _ours(fields: Any, options: FileOptions) -> Any:
    """The fields of a line under our names, without those that are absent."""
    if not isinstance(fields, dict):
        return fields
    if options.nulls and any(options.nulls):  # an empty text alone leaves all texts as they are
        fields = {name: _present(value, options) for name, value in fields.items()}
    if not options.columns:
        return fields
    ours: dict[str, Any] = {}
    for name, value in zip(options.renamed(list(fields)), fields.values(), strict=True):
        if name in _FIELDS:
            ours[name] = value
        elif name in _FLAT:
            outer, _, inner = name.partition("_")
            ours.setdefault(outer, {})[inner] = value
    return ours


def _present(value: Any, options: FileOptions) -> Any:
    if isinstance(value, dict):
        return {name: _present(each, options) for name, each in value.items()}
    return None if isinstance(value, str) and options.is_absent(value) else value


def _csv_lines(file: Iterable[bytes], options: FileOptions) -> Iterator[Line]:
    table = CsvRows(file, options.renamed)
    header = [name for name in table.header if name in _FIELDS or name in _FLAT]
    if (unknown := set(table.header).difference(header)) and not options.columns:
        allowed = ", ".join((*_FIELDS, *_FLAT))
        raise BadLine(
            f"unknown column {shown(min(unknown))}; allowed are {allowed}, and others by --columns"
        )
    if "action" not in header:
        raise BadLine("the first line must name the columns, `action` among them")
    for outer, inners in _NESTED.items():
        if outer in header and any(f"{outer}_{inner}" in header for inner in inners):
            raise BadLine(f"{outer}: allowed is the column {outer} or those of its fields")
    return _rows_as_lines(table, options)


def _rows_as_lines(table: CsvRows, options: FileOptions) -> Iterator[Line]:
    for row in table.rows(_SPANNING | set(table.header).difference(_FIELDS, _FLAT)):
        fields = row.cells if isinstance(row.cells, BadLine) else _uncsv(row.cells, options)
        yield Line(row.number, row.end, _request(fields, options))


def _uncsv(cells: Mapping[str, str], options: FileOptions) -> dict[str, Any] | BadLine:
    """The fields behind a row's cells: JSON where a field is no text, empty where it is absent."""
    fields: dict[str, Any] = {}
    for name, cell in cells.items():
        if options.is_absent(cell) or (name not in _FIELDS and name not in _FLAT):
            continue
        outer, _, inner = name.partition("_")
        holder = fields
        if name in _FLAT:
            holder, name = fields.setdefault(outer, {}), inner
        if name in _JSON:
            try:
                holder[name] = from_json(cell)
            except NotJson:
                return BadLine(f"{name}: got {shown(cell)}; allowed is JSON")
        elif name in ("undo", "recommended"):
            holder[name] = _SWITCH.get(cell.lower(), cell)
        else:
            holder[name] = cell
    return fields


def _request(fields: Any, options: FileOptions) -> RecordRequest | BadLine:
    try:
        if isinstance(fields, BadLine):
            raise fields
        _check_names("the line", fields, _FIELDS)
        get = fields.get
        texts: tuple[Any, ...] = tuple(map(get, _TEXTS))
        target, context = get("target"), get("context")
        if options.nulls is None:
            _check_ids(texts, target)
        asked = _action(get("action"), options)
        if not _TEXT_OR_NONE.issuperset(map(type, texts)):
            texts = tuple(map(_text, texts, _TEXTS))
        user_id, user_alias, post_id, event_id = texts
        occurred_at, sent_at = get("occurred_at"), get("sent_at")
        said = (  # in the order of the request's fields: by names it takes longer
            asked.action,
            user_id,
            user_alias,
            post_id,
            None if target is None else _target(target),
            None if occurred_at is None else _instant(occurred_at, "occurred_at", options),
            None if sent_at is None else _instant(sent_at, "sent_at", options),
            event_id,
            _flag(fields, "undo") or asked.undo,
            NO_CONTEXT if context is None else _context(context),
        )
        return RecordRequest(*said)
    except BadLine as bad:
        return bad


def _check_ids(texts: tuple[Any, ...], target: Any) -> None:
    """Refuse as an id what other programs write for an absent value."""
    with suppress(TypeError):  # of what is no text, and cannot be looked up
        if target is None and NULLS.isdisjoint(texts):
            return
    target_id = target.get("id") if isinstance(target, dict) else None
    for value, name in zip((*texts, target_id), _IDS, strict=True):
        if value.__class__ is str and value in NULLS:
            raise BadLine(
                f"{name}: got {shown(value)}, which may stand for an absent value; allowed is to "
                f"say --null {value} where it does, and --null '' where it does not"
            )


def _target(fields: Any) -> tuple[TargetKind, str]:
    _check_names("target", fields, _TARGET)
    kind = fields.get("kind")
    if not isinstance(kind, str) or kind not in TargetKind.__members__:
        raise BadLine(f"target.kind: got {shown(str(kind))}; allowed are {', '.join(TargetKind)}")
    return TargetKind(kind), _text(fields.get("id"), "id") or ""


def _context(fields: Any) -> RecordContext:
    _check_names("context", fields, _CONTEXT)
    hashtags = fields.get("hashtags")
    if hashtags is not None and not (
        isinstance(hashtags, list) and all(isinstance(each, str) for each in hashtags)
    ):
        raise BadLine("context.hashtags: allowed is a list of texts")
    return RecordContext(
        **{name: _text(fields.get(name), name) for name in _CONTEXT_TEXTS},
        recommended=_flag(fields, "recommended"),
        hashtags=hashtags,
        metadata=fields.get("metadata"),
    )


def _check_names(what: str, fields: Any, allowed: tuple[str, ...]) -> None:
    if not isinstance(fields, dict):
        raise BadLine(f"{what} must be a JSON object")
    if not all(map(allowed.__contains__, fields)):
        name = next(name for name in fields if name not in allowed)
        raise BadLine(f"{what} has {shown(name)}; allowed are {', '.join(allowed)}")


def _action(value: Any, options: FileOptions) -> ActionRequest:
    """What an action's name stands for: ours, those of older systems, and those of `--map`."""
    if isinstance(value, str):
        if found := options.names.get(value):
            return found
        if found := _ACTIONS.get(value):
            return found
        with suppress(ValueError):
            return action_request(value)
    raise BadLine(
        f"action: got {shown(str(value))}; allowed are {', '.join(ActionType)}, and others by --map"
    )


def _text(value: Any, name: str) -> str | None:
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


def _instant(value: Any, name: str, options: FileOptions) -> int:
    try:
        return parse_loosely(value, options.zone)
    except ValueError as error:
        raise BadLine(f"{name}: got {error}") from None
