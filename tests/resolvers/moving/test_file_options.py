"""What an operator says about a file: names, columns, absent values, zones."""

import io
import json
from typing import Any

from models.vocabulary import ActionType
from resolvers.instants import format_instant, parse_zone
from resolvers.moving.csv_rows import BadLine
from resolvers.moving.dumps import CORGI, Dump
from resolvers.moving.file_options import AS_IT_IS, FileOptions
from resolvers.moving.import_lines import lines
from resolvers.moving.legacy_names import ActionRequest
from resolvers.recording.validation import RecordRequest

VIEW = {"user_id": "ann", "action": "VIEW", "post_id": "p"}
DUMP = "id,user_alias,user_id,post_id,action_type,context,created_at"


def ndjson(fields: dict[str, Any], options: FileOptions = AS_IT_IS) -> RecordRequest | BadLine:
    (line,) = lines(io.BytesIO(json.dumps(fields).encode()), "ndjson", options)
    return line.request


def csv(text: str, options: FileOptions = AS_IT_IS) -> list[RecordRequest | BadLine]:
    return [line.request for line in lines(io.BytesIO(text.encode()), "csv", options)]


def dump(row: str, options: FileOptions = AS_IT_IS) -> RecordRequest | BadLine:
    """What a row of the recommender's interactions says."""
    (line,) = Dump(io.BytesIO(f"{DUMP}\n{row}\n".encode()), CORGI, options).lines()
    return line.request


def test_older_names_of_actions_are_understood_everywhere() -> None:
    """Those of the older systems, their undos, and those that are said."""
    options = FileOptions({"boost": ActionRequest(ActionType.REBLOG)})

    assert ndjson(VIEW | {"action": "like"}) == RecordRequest(
        ActionType.FAVORITE, "ann", post_id="p"
    )
    assert csv("action,user_id,post_id\nunfavourite,ann,p\nboost,ann,p\n", options) == [
        RecordRequest(ActionType.FAVORITE, "ann", post_id="p", undo=True),
        RecordRequest(ActionType.REBLOG, "ann", post_id="p"),
    ]


def test_columns_may_have_other_names() -> None:
    """What else is no name of ours is passed over, and so is a column that another one replaces."""
    options = FileOptions(columns={"uid": "user_id", "item": "post_id", "from": "context_source"})
    said = RecordRequest(ActionType.VIEW, "ann", post_id="p")
    said.context = type(said.context)(source="home")

    (row,) = csv("uid,user_id,item,action,from,mood\nann,7,p,view,home,good\n", options)
    fields = {"uid": "ann", "user_id": 7, "item": "p", "action": "view", "from": "home", "mood": 1}

    assert row == ndjson(fields, options) == said


def test_texts_of_absent_values_are_refused_as_ids() -> None:
    """Nobody is called so by accident; an operator who knows better says it."""
    for text in ("NULL", r"\N", "nan", "NaN"):
        bad = ndjson(VIEW | {"user_id": text})
        assert str(bad).startswith(f"user_id: got '{text}', which may stand for an absent value")
        assert isinstance(ndjson(VIEW | {"event_id": text}), BadLine)
        assert ndjson(VIEW | {"post_id": text}, FileOptions(nulls=frozenset(("",)))) == (
            RecordRequest(ActionType.VIEW, "ann", post_id=text)
        )
    assert ndjson(VIEW | {"user_id": "null"}) == RecordRequest(ActionType.VIEW, "null", post_id="p")


def test_texts_that_are_said_are_absent_values() -> None:
    """In CSV and in JSON, in every field."""
    options = FileOptions(nulls=frozenset(("NULL", "-")))
    said = RecordRequest(ActionType.VIEW, "ann", post_id="p")

    assert csv("user_id,user_alias,action,post_id,undo\nann,NULL,view,p,-\n", options) == [said]
    assert ndjson(VIEW | {"event_id": "-", "context": {"source": "NULL"}}, options) == said


def test_in_dumps_the_usual_texts_are_absent_values() -> None:
    """As psql, MySQL and pandas write them; unless others are said."""
    row = "1,NULL,ann,p,view,{},2026-11-20 10:00:00"
    at = 1795168800000000
    said = RecordRequest(ActionType.VIEW, "ann", post_id="p", occurred_at=at, event_id="corgi:1")

    assert dump(row.replace("{}", r"\N")) == said
    assert dump(row.replace("NULL", "nan").replace("{}", "NaN")) == said
    assert str(dump(row.replace("{}", "none"), FileOptions(nulls=frozenset(("-",))))) == (
        "context: got 'none'; allowed is JSON"
    )


def test_a_dump_s_instants_are_of_the_zone_that_is_said() -> None:
    """Its databases kept local times; without a zone they are UTC."""
    row = "1,,ann,p,view,,2026-07-01 12:00:00.5"
    berlin = FileOptions(zone=parse_zone("Europe/Berlin"))

    assert _at(dump(row)) == "2026-07-01T12:00:00.500000Z"
    assert _at(dump(row, berlin)) == "2026-07-01T10:00:00.500000Z"
    assert _at(dump(f"{row}+00", berlin)) == "2026-07-01T12:00:00.500000Z"


def test_other_files_need_an_offset_or_a_zone() -> None:
    """Instants without one could be of anywhere; numbers since 1970 are of nowhere."""
    local = VIEW | {"occurred_at": "2026-07-01 12:00"}

    assert str(ndjson(local)).startswith("occurred_at: got '2026-07-01 12:00', which has no offset")
    assert _at(ndjson(local, FileOptions(zone=parse_zone("UTC")))) == "2026-07-01T12:00:00.000000Z"
    assert _at(ndjson(VIEW | {"occurred_at": 1782907200000})) == "2026-07-01T12:00:00.000000Z"


def test_the_recommender_s_digests_are_the_aliases_of_the_same_users() -> None:
    """All of an HMAC of which this server's aliases are the first half, under its salt."""
    digest = "44b45a127727ded5e57249b158b60d45" + "0f" * 16
    row = "1,{},,p,view,,2026-11-20 10:00:00"

    for cell, alias in ((digest, f"u_{digest[:32]}"), (f"u_{digest}", f"u_{digest}")):
        request = dump(row.format(cell))
        assert isinstance(request, RecordRequest)
        assert (request.user_id, request.user_alias) == (None, alias)


def _at(request: RecordRequest | BadLine) -> str:
    assert isinstance(request, RecordRequest), request
    assert isinstance(request.occurred_at, int)
    return format_instant(request.occurred_at)
