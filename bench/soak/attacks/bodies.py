"""Attacks by large bodies: long texts, long lists, many fields, deep nesting, packed zeros."""

import gzip
import itertools
import json
from collections.abc import Callable
from functools import cache
from typing import Any

from bench.soak.attacks.wire import Target, exchange, head, operation, posted

BODY = 4 * 1024 * 1024 - 4_096
"""As large as a body may be, less what goes around it."""

_RECORD = "mutation ($v: RecordInteractionInput!) { recordInteraction(input: $v) { outcome } }"
_RECORD_MANY = (
    "mutation ($v: [RecordInteractionInput!]!) { recordInteractions(inputs: $v) { recorded } }"
)
_POSTS = "query ($v: [ID!]!) { posts(ids: $v) { postId } }"
_INPUT = {"userId": "u", "action": "VIEW", "postId": "p"}
#: Operations with one text each, which is made as long as a body may be.
_TEXTS: tuple[tuple[str, Callable[[str], Any]], ...] = (
    (_RECORD, lambda text: {**_INPUT, "userId": text}),
    (_RECORD, lambda text: {**_INPUT, "userAlias": text, "userId": None}),
    (_RECORD, lambda text: {**_INPUT, "postId": text}),
    (_RECORD, lambda text: {**_INPUT, "eventId": text}),
    (_RECORD, lambda text: {**_INPUT, "occurredAt": "2026-01-01T00:00:00." + text}),
    (_RECORD, lambda text: {**_INPUT, "action": text}),
    (_RECORD, lambda text: {**_INPUT, "context": {"source": text}}),
    (_RECORD, lambda text: {**_INPUT, "context": {"metadata": text}}),
    (_RECORD, lambda text: {**_INPUT, "context": {"metadata": {text: 1}}}),
    (_RECORD, lambda text: {**_INPUT, "context": {"hashtags": [text]}}),
    ("query ($v: ID!) { node(id: $v) { id } }", str),
    ("query ($v: String) { interactions(after: $v) { nodes { id } } }", str),
    ("query ($v: DateTime) { activityStats(since: $v) { total } }", str),
    ('query ($v: String) { activityStats { series(timeZone: $v) { total } } }', str),
)  # fmt: skip
_LETTERS = itertools.cycle(("a", "0", "T0000", " ", "\ufdfa", "cannot represent ", "\\", '"'))
_FIELDS = itertools.cycle(_TEXTS)


async def repeated_keys(target: Target) -> str:
    """A field's name that says over and over what errors say; 100 kB first, then 200 kB."""
    return await _post(target, next(_KEYS))


async def repeated_instants(target: Target) -> str:
    """A REST parameter like the beginning of an instant, over and over: 60 kB."""
    path = f"/stats/?since={'T0000' * 12_000}"
    return await exchange(target, head(f"GET {path}", target.of_key()))


async def long_texts(target: Target) -> str:
    """A text of a whole body in each place for one, of each kind of letter."""
    query, variable = next(_FIELDS)
    letters = next(_LETTERS)
    room = BODY // len(json.dumps(letters)[1:-1])
    return await _post(target, operation(query, v=variable(letters * room)))


async def long_documents(target: Target) -> str:
    """A document of a whole body: blanks, a comment, a text or a block of text."""
    return await _post(target, operation(next(_DOCUMENTS)))


async def many_inputs(target: Target) -> str:
    """190 000 inputs."""
    return await _post(target, _many_inputs())


async def many_ids(target: Target) -> str:
    """1.3 million ids."""
    return await _post(target, _many_ids())


async def many_hashtags(target: Target) -> str:
    """A million hashtags."""
    return await _post(target, _many_hashtags())


async def unknown_fields(target: Target) -> str:
    """300 000 fields that an input does not have."""
    return await _post(target, _unknown_fields())


async def misspelt_fields(target: Target) -> str:
    """2 000 misspelt fields in each of 90 inputs."""
    return await _post(target, _misspelt_fields())


async def long_names(target: Target) -> str:
    """A field's name of a whole body."""
    return await _post(target, operation(_RECORD, v={**_INPUT, "k" * BODY: 1}))


async def full_inputs(target: Target) -> str:
    """1 000 inputs, each with all that fits: 30 hashtags, and metadata of 100 values."""
    return await _post(target, _full_inputs())


async def deep_json(target: Target) -> str:
    """Two million lists within each other."""
    return await _post(target, b'{"variables":' + b"[" * 2_000_000)


async def long_numbers(target: Target) -> str:
    """A number of four million digits."""
    return await _post(target, b'{"variables":{"v":' + b"9" * BODY + b"}}")


async def packed_zeros(target: Target) -> str:
    """A gibibyte of zeros, packed into one megabyte."""
    packed = "Content-Encoding: gzip"
    return await exchange(target, posted(_zeros(), target.of_key(), packed))


async def strangers_bodies(target: Target) -> str:
    """A body as large as allowed, from somebody without credentials."""
    return await exchange(target, posted(b" " * BODY))


async def _post(target: Target, body: bytes) -> str:
    return await exchange(target, posted(body, target.of_key()))


@cache
def _many_inputs() -> bytes:
    return operation(_RECORD_MANY, v=[{"action": "VIEW"}] * 190_000)


@cache
def _many_ids() -> bytes:
    return operation(_POSTS, v=[""] * 1_000_000)


@cache
def _many_hashtags() -> bytes:
    return operation(_RECORD, v={**_INPUT, "context": {"hashtags": [""] * 1_000_000}})


@cache
def _unknown_fields() -> bytes:
    return operation(_RECORD, v={**_INPUT, **{f"k{n}": 1 for n in range(280_000)}})


@cache
def _misspelt_fields() -> bytes:
    fields = {f"userIdx{n}": 1 for n in range(2_000)}
    return operation(_RECORD_MANY, v=[{**_INPUT, **fields}] * 90)


@cache
def _full_inputs() -> bytes:
    context = {"hashtags": [f"tag{n}" for n in range(30)], "metadata": [1] * 100}
    inputs = [{**_INPUT, "eventId": f"soak-{n}", "context": context} for n in range(1_000)]
    return json.dumps(
        {"query": _RECORD_MANY, "variables": {"v": inputs}}, separators=(",", ":")
    ).encode()


@cache
def _zeros() -> bytes:
    return gzip.compress(bytes(2**20), 9) * 1_024


_KEYS = itertools.cycle(
    operation(_RECORD, v={**_INPUT, "cannot represent " * count: 1}) for count in (6_400, 12_000)
)
_DOCUMENTS = itertools.cycle(
    (
        "{ feedCursor" + " " * BODY + "}",
        "{ feedCursor #" + "#" * BODY + "\n}",
        '{ node(id: "' + "x" * BODY + '") { id } }',
        '{ node(id: """' + " \n" * (BODY // 3) + '""") { id } }',
        "{ " + "x" * BODY + " }",
        "{ feedCursor(x: " + "9" * BODY + ") }",
    )
)
