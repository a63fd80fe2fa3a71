"""JSON of lines and cells: a number is stored as it was sent, or refused."""

import io
from collections.abc import Callable

import pytest

from resolvers.caller import Caller
from resolvers.clock import system_clock
from resolvers.identity import Identity
from resolvers.json_texts import NotJson, from_json
from resolvers.moving.csv_rows import BadLine
from resolvers.moving.dumps import Dump
from resolvers.moving.file_options import AS_IT_IS
from resolvers.moving.import_lines import lines
from resolvers.recording.validation import RecordRequest, validate

LONG = 123456789012345678901234567890
HELD = 2**64 - 1
IDENTITY = Identity("a secret of the tests alone")


def ndjson(metadata: str) -> RecordRequest | BadLine:
    """What a line says or lacks."""
    fields = f'"action": "VIEW", "user_id": "ann", "post_id": "p", "context": {metadata}'
    (line,) = lines(io.BytesIO(f"{{{fields}}}\n".encode()), "ndjson")
    return line.request


def csv(metadata: str) -> RecordRequest | BadLine:
    """What a row says or lacks."""
    cell = metadata.replace('"', '""')
    text = f'action,user_id,post_id,context\nVIEW,ann,p,"{cell}"\n'
    (line,) = lines(io.BytesIO(text.encode()), "csv")
    return line.request


def dump(metadata: str) -> RecordRequest | BadLine:
    """What a row of an older system's table says or lacks; all its context is metadata."""
    cell = metadata.replace('"', '""')
    text = f'id,action_type,user_id,post_id,created_at,context\n1,view,ann,p,2026-11-20,"{cell}"\n'
    (line,) = Dump(io.BytesIO(text.encode()), "corgi", AS_IT_IS).lines()
    return line.request


Reading = Callable[[str], RecordRequest | BadLine]
FORMS = pytest.mark.parametrize("read", [ndjson, csv, dump])


@FORMS
@pytest.mark.parametrize("number", [LONG, -LONG, HELD + 1, -(2**63) - 1])
def test_a_number_beyond_64_bits_is_refused(read: Reading, number: int) -> None:
    """It would become another one, so its line is rejected as the same input is over HTTP."""
    request = read(f'{{"metadata": {{"n": {number}}}}}')

    assert isinstance(request, RecordRequest)
    admission = validate(request, Caller(), IDENTITY, system_clock(), imported=True)
    (error,) = admission.errors
    assert admission.submission is None
    assert error.field == ("context", "metadata")
    assert error.message.startswith("got a number beyond 64 bits")


@FORMS
@pytest.mark.parametrize("number", [HELD, -(2**63), 1234567890123456789])
def test_a_number_of_64_bits_is_kept(read: Reading, number: int) -> None:
    """As it is, to the last digit."""
    request = read(f'{{"metadata": {{"n": {number}}}}}')

    assert isinstance(request, RecordRequest)
    assert str(number) in str(request.context.metadata)
    assert validate(request, Caller(), IDENTITY, system_clock(), imported=True).errors == ()


@FORMS
@pytest.mark.parametrize("text", ["1" * 5_000, "1e999", "NaN", "[" * 100_000, '"\\ud800"', "{"])
def test_what_cannot_be_held_is_a_bad_line(read: Reading, text: str) -> None:
    """Whatever is beside a long number."""
    request = read(f'{{"metadata": [{LONG}, {text}]}}')

    assert isinstance(request, BadLine)
    assert "JSON" in str(request)


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("1" * 5_000, "numbers have at most 4300 digits"),
        (f"[{LONG}, 1e999]", "1e999 is no number that can be held"),
        ("[" * 100_000, "depth limit exceeded"),
        (f"[{LONG}, " + "[" * 100_000, "it is nested too deeply"),
        (f'[{LONG}, "\\ud800"]', "a text holds half of a character"),
        (b"\xff", "str is not valid UTF-8"),
        (f"[{LONG}".encode() + b"\xff]", "it is not UTF-8"),
    ],
)
def test_it_is_said_why_a_text_is_no_json(text: str | bytes, why: str) -> None:
    """In a few words."""
    with pytest.raises(NotJson, match=why):
        from_json(text)
