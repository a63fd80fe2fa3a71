"""Lines of an export: interactions as inputs of recording, in the fields that an import takes."""

import csv
from collections.abc import Callable
from io import StringIO
from typing import Any

import orjson

from models.records import StoredInteraction
from models.vocabulary import ACTION_BY_CODE, TargetKind, target_kind
from resolvers.id_cipher import IdCipher
from resolvers.instants import format_instant

COLUMNS = ("event_id", "user_alias", "action", "post_id", "target", "occurred_at", "context")
CSV_HEADER = f"{','.join(COLUMNS)}\n".encode()
_JSON = ("target", "context")
_NAMES = {
    "recommendationId": "recommendation_id",
    "contentType": "content_type",
    "authorAlias": "author_alias",
}

Encode = Callable[[StoredInteraction, IdCipher], bytes]


def json_line(row: StoredInteraction, id_cipher: IdCipher) -> bytes:
    """An interaction as a line of NDJSON; what is absent has no field."""
    return orjson.dumps(_fields(row, id_cipher), option=orjson.OPT_APPEND_NEWLINE)


def csv_line(row: StoredInteraction, id_cipher: IdCipher) -> bytes:
    """An interaction as a line of CSV under `CSV_HEADER`; target and context are JSON.

    So no cell spans lines, and an empty text within a context is not taken for an absent one.
    """
    fields = _fields(row, id_cipher)
    for name in _JSON:
        if name in fields:
            fields[name] = orjson.dumps(fields[name]).decode()
    text = StringIO()
    csv.DictWriter(text, COLUMNS, lineterminator="\n").writerow(fields)
    return text.getvalue().encode()


ENCODERS: dict[str, Encode] = {"ndjson": json_line, "csv": csv_line}


def _fields(row: StoredInteraction, id_cipher: IdCipher) -> dict[str, Any]:
    """The fields that an interaction has, an event's id among them.

    A state needs none: it is known by its user, action and target. With one, a later record of it
    would pass for a retry of the first.
    """
    action, kind = ACTION_BY_CODE[row.action], target_kind(row.target_kind)
    fields: dict[str, Any] = {}
    if not action.is_state:
        fields["event_id"] = id_cipher.interaction_id(row.id)
    fields |= {"user_alias": row.user_alias, "action": action.type.value}
    if kind is TargetKind.POST:
        fields["post_id"] = row.target_id
    else:
        fields["target"] = {"kind": kind.value, "id": row.target_id}
    fields["occurred_at"] = format_instant(row.occurred_at)
    if context := _context(row):
        fields["context"] = context
    return fields


def _context(row: StoredInteraction) -> dict[str, Any]:
    """What came with an interaction, and what else it counts for by its post's description.

    So preferences are the same after an import, also where posts are not described. Where they are,
    an interaction takes from that what neither it nor its post's description had.
    """
    context: dict[str, Any] = {} if row.source is None else {"source": row.source}
    if row.recommended:
        context["recommended"] = True
    stored = {
        name: value
        for each in (row.described, row.context)
        if each is not None
        for name, value in orjson.loads(each).items()
    }
    return context | {_NAMES.get(name, name): value for name, value in stored.items()}
