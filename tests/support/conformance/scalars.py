"""What generated operations hold: ids and cursors of the server, and what is odd or extreme."""

from datetime import UTC, datetime, timedelta, timezone
from typing import TypeVar

import schemathesis
from graphql import NameNode, ObjectFieldNode, ValueNode
from hypothesis import strategies as st
from hypothesis.strategies import SearchStrategy
from schemathesis.graphql import nodes

T = TypeVar("T")

STAND_IN = "\ue000"
"""In place of a lone surrogate, of which no document can be made, until a request is encoded."""

ODD_TEXTS = (
    *("", " ", "\0", "\x1b[31m", STAND_IN, f"p{STAND_IN}1", "\ufeffp1", "\u202ep1", "e\u0301"),
    *("a" * 255, "a" * 256, "😀" * 255, "a" * 50_000, "'; DROP TABLE facts; --", "%_\\", "#A"),
    *("u_", "u_" + "0" * 32, "int_", "int_" + "0" * 32, "UG9zdDo=", "VXNlcjp1Xw==", "==", "inner"),
)
ODD_INSTANTS = (
    *("0001-01-01T00:00:00Z", "0001-01-01T00:00:00+23:59", "9999-12-31T23:59:59.999999-23:59"),
    *("0000-01-01T00:00:00Z", "1969-12-31T23:59:59.999999Z", "1970-01-01t00:00:00z"),
    *("2026-02-30T00:00:00Z", "2016-12-31T23:59:60Z", "2026-11-20T24:00:00Z", "2026-11-20"),
    *("2026-11-20T12:00:00", "2026-11-20T12:00:00+24:00", "٢٠٢٦-11-20T12:00:00Z", "now", STAND_IN),
    f"2026-11-20T12:00:00.{'9' * 5000}Z",
)
ODD_NUMBERS = (0, -1, 101, 2**31 - 1, -(2**31), 2**31, 10**400)
NAMES = ("a", "b", "on", "null", "__proto__", "x" * 999)
DAY_MINUTES = 24 * 60


def describe_scalars(ids: list[str], cursors: list[str]) -> None:
    """Tell schemathesis what to fill each scalar with, given what the server gave out."""
    texts = _texts(ids)
    strategies: dict[str, SearchStrategy[ValueNode]] = {
        "ID": texts.map(nodes.String) | st.integers().map(nodes.Int),
        "String": (_texts(cursors) | _texts(cursors) | texts).map(nodes.String),
        "Int": _numbers().map(nodes.Int),
        "DateTime": _instants().map(nodes.String),
        "JSON": _json(texts),
    }
    for name, strategy in strategies.items():
        schemathesis.graphql.scalar(name, strategy)


def _texts(known: list[str]) -> SearchStrategy[str]:
    given = st.sampled_from(known)
    cut = st.builds(lambda text, end: text[:-end], given, st.integers(1, 9))
    return _mostly(given, cut, st.sampled_from(ODD_TEXTS), st.text(max_size=30))


def _numbers() -> SearchStrategy[int]:
    return _mostly(st.integers(1, 100), st.sampled_from(ODD_NUMBERS))


def _instants() -> SearchStrategy[str]:
    now = datetime.now(UTC)
    zones = st.integers(1 - DAY_MINUTES, DAY_MINUTES - 1).map(
        lambda minutes: timezone(timedelta(minutes=minutes))
    )
    recent = st.integers(-400, 100 * DAY_MINUTES * 60).map(lambda ago: now - timedelta(seconds=ago))
    return _mostly(
        st.builds(lambda at, zone: at.astimezone(zone).isoformat(), recent, zones),
        st.builds(lambda at, zone: at.replace(tzinfo=zone).isoformat(), st.datetimes(), zones),
        st.sampled_from(ODD_INSTANTS),
    )


def _mostly(usual: SearchStrategy[T], *rare: SearchStrategy[T]) -> SearchStrategy[T]:
    """Nine in ten values of one strategy, for an operation is refused over a single odd one."""
    return st.integers(0, 9).flatmap(lambda turn: usual if turn else st.one_of(*rare))


def _json(texts: SearchStrategy[str]) -> SearchStrategy[ValueNode]:
    leaves: SearchStrategy[ValueNode] = st.one_of(
        texts.map(nodes.String),
        st.integers().map(nodes.Int),
        st.floats(allow_nan=False, allow_infinity=False).map(nodes.Float),
        st.sampled_from((nodes.Null, nodes.Boolean(True), nodes.Int(2**64), nodes.Enum("ANY"))),
    )
    return st.recursive(leaves, _branches, max_leaves=12)


def _branches(inner: SearchStrategy[ValueNode]) -> SearchStrategy[ValueNode]:
    fields = st.builds(
        lambda name, value: ObjectFieldNode(name=NameNode(value=name), value=value),
        st.sampled_from(NAMES),
        inner,
    )
    return st.one_of(
        st.lists(inner, max_size=4).map(nodes.List),
        st.lists(fields, max_size=4).map(nodes.Object),
        st.builds(_within, inner, st.integers(1, 40)),
    )


def _within(value: ValueNode, levels: int) -> ValueNode:
    for _ in range(levels):
        value = nodes.List([value])
    return value
