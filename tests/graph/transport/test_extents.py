"""Extents: what holds too much is refused at once, and others are served meanwhile."""

import asyncio
import re
import time
from typing import Any

import orjson
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from graph import errors
from graph.rest import values
from graph.transport.extents import ITEMS, TooMany, check_extent, holds_more, read_json
from resolvers import identity, instants, targets
from resolvers.moving import legacy_names
from tests.support.live.clients import Live

RECORD = """mutation($inputs: [RecordInteractionInput!]!) {
  recordInteractions(inputs: $inputs) { recorded }
}"""
PATTERNS = {
    f"{module.__name__}.{name}": pattern
    for module in (errors, values, identity, instants, targets, legacy_names)
    for name, pattern in vars(module).items()
    if isinstance(pattern, re.Pattern)
}
CUT_FIRST = {"graph.errors._QUOTED": 1_000, "graph.rest.values._LOST_PLUS": 65}
"""Patterns that take longer than their text is long, and how much of a text they are given."""

ODD = ("cannot represent ", "T0000", "T00:00 00", " ", "0", "u_0", "un_", "2026-1", ", found")


def test_a_list_may_hold_as_many_items_as_the_limit_says() -> None:
    """Nothing is refused that could be metadata."""
    check_extent({"variables": {"inputs": [{"metadata": list(range(ITEMS))}]}}, "the body")


@pytest.mark.parametrize(
    ("value", "message"),
    [
        (
            {"variables": {"ids": ["p"] * 2049}},
            "variables.ids: got 2049 items; allowed are at most 2048",
        ),
        ({"variables": {"inputs": [{"x": ["#"] * 2049}]}}, "variables.inputs: got 2049 items"),
        ({"variables": {"input": dict.fromkeys(map(str, range(2049)))}}, "variables.input: got"),
        ({"hashtags": ["#"] * 2049}, "hashtags: got 2049 items"),
        ([["p"] * 2000] * 101, "the body: got more values; allowed are at most 200000 in all"),
    ],
    ids=["a list", "a list within items", "an object", "a REST body", "all together"],
)
def test_what_holds_too_much_is_refused_with_its_name(value: Any, message: str) -> None:
    """The message says where, how much, and what is allowed."""
    with pytest.raises(TooMany, match=re.escape(message)):
        check_extent(value, "the body")


def _count(value: Any) -> int:
    """How many values there are in one."""
    inner = value.values() if isinstance(value, dict) else value
    return 0 if isinstance(value, str | int) else len(value) + sum(map(_count, inner))


_JSON = st.recursive(
    st.integers(0, 9) | st.text('",[]{}\\aé', max_size=6),
    lambda inner: st.lists(inner) | st.dictionaries(st.text('",[\\', max_size=3), inner),
)


@settings(max_examples=40)
@given(value=st.lists(_JSON), piece=st.sampled_from([1, 7, 64, 65_536]))
def test_no_text_is_said_to_hold_more_than_it_does(value: Any, piece: int) -> None:
    """However marks, quotes and escapes lie, also where a piece of the text ends."""
    assert not holds_more(orjson.dumps(value), _count(value), piece)


@pytest.mark.parametrize("item", ['""', "1", '"a,b"', '{"a":1}', '["\\\\"]', '[["",[]]]'], ids=repr)
def test_what_a_text_holds_is_known_before_it_is_read(item: str) -> None:
    """Of a list it is told by the commas and lists within, but for a handful."""
    text = f"[{','.join([item] * 100_000)}]".encode()

    assert holds_more(text, 99_950)
    assert not holds_more(text, _count(orjson.loads(text)))


async def test_what_holds_too_much_is_refused_unread() -> None:
    """As what it is: no name is known of where."""
    text = orjson.dumps({"variables": {"inputs": [{"action": "VIEW"}] * 190_000}})

    with pytest.raises(TooMany, match="the body: got more values; allowed are at most 200000"):
        await read_json(text, "the body")


async def test_a_large_text_is_read_beside_the_loop() -> None:
    """While a million values are looked at, nothing else waits longer than some milliseconds."""
    text = orjson.dumps({"variables": {"ids": [["p"] * 1000] * 1300}})
    gaps = [0.0]

    async def ticking() -> None:
        last = time.perf_counter()
        while True:
            await asyncio.sleep(0.001)
            now = time.perf_counter()
            gaps.append(now - last)
            last = now

    ticker = asyncio.create_task(ticking())
    with pytest.raises(TooMany):
        await read_json(text, "the body")
    ticker.cancel()

    assert len(gaps) > 1


async def test_a_batch_far_beyond_its_limit_is_one_error(live: Live) -> None:
    """It is refused as a batch of 1001 is: the request by BAD_USER_INPUT, and nothing is stored."""
    inputs = [{"userId": "ann", "action": "VIEW", "postId": "p"}] * 20_000

    answer = await live.http.post(
        "/graphql", json={"query": RECORD, "variables": {"inputs": inputs}}
    )

    (error,) = answer.json()["errors"]
    assert error["message"] == "variables.inputs: got 20000 items; allowed are at most 2048"
    assert error["extensions"]["code"] == "BAD_USER_INPUT"


@pytest.mark.parametrize("name", PATTERNS)
@pytest.mark.parametrize("piece", ODD)
def test_no_pattern_goes_back_over_what_a_client_sent(name: str, piece: str) -> None:
    """Ten times the text takes about ten times as long, up to a megabyte."""
    pattern, limit = PATTERNS[name], CUT_FIRST.get(name, 2**20)
    text = (piece * (2**20 // len(piece)))[:limit]

    begun = time.process_time()
    pattern.search(text)
    pattern.sub("", text)

    assert time.process_time() - begun < 2
