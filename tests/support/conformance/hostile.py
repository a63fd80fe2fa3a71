"""Hostile requests: documents grown beyond reason, and bodies damaged or without sense."""

import json
from collections.abc import Callable
from typing import Any

from hypothesis import strategies as st
from hypothesis.strategies import SearchStrategy

SIZES = (1, 2, 3, 10, 15, 16, 51, 101, 240, 600, 2001, 20_000, 60_000)

TOKENS = (
    *'{}()[]!$:=@|&#",\\\n\r\0\ufeff\u2028é😀\ud800',
    *("query", "mutation", "subscription", "fragment", "on", "extend", "type", "true", "null"),
    *("Query", "Post", "post", "posts", "node", "id", "(id: 1)", "{ id }", "__typename", "...F"),
    *("__schema", "__type", "$x", "$x: ID!", "F", "fragment F on Query { __typename }"),
    *("0", "-0", "00", "-", "1.", "1e999", "9" * 5000, '"x"', '"\\u{110000}"', '"\\ud800"'),
    *('"""', '"""\r\n  "x\\""""', "@include(if: true)", "@skip(if: $x)", "@defer", "@stream"),
    *('@defer(label: "a")', "@stream(initialCount: -1)", "@unknown", "@deprecated", "..."),
)

STARTS = {
    "Query": "{...F0}",
    "Post": "{post(id:1){...F0}}",
    "__Type": "{__schema{types{...F0}}}",
}

Growth = Callable[[int], str]


def _times(text: str) -> Growth:
    """The text again and again; `%` in it is the turn's number, `^` the next one's."""
    return lambda n: " ".join(
        text.replace("%", str(turn)).replace("^", str(turn + 1)) for turn in range(n)
    )


def _within(before: str, grown: Growth, after: str) -> Growth:
    return lambda n: before + grown(n) + after


def _nested(before: str, opening: str, core: str, closing: str, after: str) -> Growth:
    return lambda n: f"{before}{opening * n}{core}{closing * n}{after}"


def _linked(type: str, link: str, last: str) -> Growth:
    """Fragments of which each spreads the next one, `^`, before the `last`."""
    links = _times(f"fragment F% on {type}{link}")
    return lambda n: f"{STARTS[type]}{links(n)} fragment F{n} on {type}{last}"


GROWN: dict[str, Growth] = {
    "fields within fields": _nested("{post(id:1)", "{stats{post", "{id}", "}}", "}"),
    "inline fragments": _nested("{", "...{", "__typename", "}", "}"),
    "lists": _nested("{nodes(ids:", "[", "1", "]", "){id}}"),
    "objects": _nested("{interactions(filter:", "{a:", "1", "}", "){totalCount}}"),
    "metadata": _nested(
        'mutation{recordInteraction(input:{action:VIEW,userId:"a",postId:"p",context:{metadata:',
        *("[", "1", "]", "}}){outcome}}"),
    ),
    "list types": _nested("query($x:", "[", "Int", "]", "){__typename}"),
    "openings": _times("{a"),
    "brackets": _times("[" * 100),
    "aliases": _within("{", _times("a%:post(id:%){id}"), "}"),
    "one field": _within("{", _times("post(id:1){id}"), "}"),
    "conflicts": _within("{", _times("a:post(id:%){id}"), "}"),
    "deep conflicts": _within("{", _times("post(id:1){stats{post{a%:id ...on Post{id}}}}"), "}"),
    "costly fields": _within("{", _times("a%:interactions(first:100){totalCount}"), "}"),
    "unknown fields": _within("{", _times("nothing%"), "}"),
    "fragment cycle": _within("{...F0}", _times("fragment F% on Query{...F%}"), ""),
    "fragment ring": _linked("Query", "{...F^}", "{...F0}"),
    "fragment chain": _linked("Query", "{...F^}", "{__typename}"),
    "fragment stairs": _linked("Query", "{" + "...{" * 30 + "...F^" + "}" * 31, "{__typename}"),
    "fragment ladder": _linked("Post", "{stats{post{...F^}}}", "{id}"),
    "fragment bomb": _linked("Post", "{a:stats{post{...F^}}b:stats{post{...F^}}}", "{id}"),
    "fragment web": _linked("Post", "{stats{post{...F^ ...F^}}...F^}", "{id}"),
    "introspection": _linked("__Type", "{fields{type{...F^}}inputFields{type{...F^}}}", "{name}"),
    "type of type": _nested('{__type(name:"Post")', "{ofType", "{name}", "}", "}"),
    "unknown fragments": _within("{", _times("...F%"), "}"),
    "unused fragments": _within("{__typename}", _times("fragment F% on Query{__typename}"), ""),
    "one fragment": _within("{...F}", _times("fragment F on Query{__typename}"), ""),
    "directives": _within("{__typename", _times("@include(if:true)"), "}"),
    "directives on many": _within("{", _times("a%:__typename@skip(if:false)"), "}"),
    "unknown directives": _within("query", _times("@d%"), "{__typename}"),
    "deferred": _within("{", _times('...@defer(label:"%"){__typename}'), "}"),
    "operations": _times("query Q%{__typename}"),
    "one operation": _times("query Q{__typename}"),
    "anonymous operations": _times("{__typename}"),
    "variables": _within("query(", _times("$v%:Int"), "){__typename}"),
    "one variable": _within("query(", _times("$x:ID"), "){user(id:$x){id}}"),
    "arguments": _within("{post(", _times("id:1"), "){id}}"),
    "keys": _within("{interactions(filter:{", _times("actions:[VIEW]"), "}){totalCount}}"),
    "items": _within("{posts(ids:[", _times("%"), "]){id}}"),
    "digits": _within("{post(id:", lambda n: "9" * n, "){id}}"),
    "counts": _within("{trendingPosts(first:-", lambda n: "9" * n, "){score}}"),
    "exponents": _within("{post(id:1e", lambda n: "9" * n, "){id}}"),
    "text": _within('{post(id:"', _times("\\u00e9"), '"){id}}'),
    "block text": _within('{post(id:"""', _times('\n  \\"""\r  é'), '"""){id}}'),
    "names": _within("{", lambda n: "a" * n, "}"),
    "comments": _within("", _times("#\n"), "{__typename}"),
    "commas and marks": _within("", _times(",\ufeff"), "{__typename}"),
    "types": _times("type T%{a:Int}"),
    "subscriptions": _within("subscription{", _times("count(to:1)"), "}"),
}

TYPED = (
    "mutation Q($x:RecordInteractionInput!){recordInteraction(input:$x){outcome errors{message}}}",
    "mutation Q($x:[RecordInteractionInput!]!){recordInteractions(inputs:$x){rejected}}",
    "query Q($x:InteractionFilter){interactions(filter:$x){totalCount}}",
    "query Q($x:DateTime){activityStats(since:$x){total}}",
    "query Q($x:TargetKind!){targetStats(kind:$x,id:1){counts{count}}}",
    "query Q($x:Boolean!){__typename@include(if:$x)...@skip(if:$x){__typename}}",
    "query Q($x:[ID!]!){nodes(ids:$x){id}}",
    "query Q($x:Int){trendingPosts(first:$x){score}}",
)
KEYS = ("x", "action", "userId", "postId", "target", "context", "metadata", "sources", "since")
ODD = (None, True, 0, -1, 1.5, 10**19, -(10**400), "VIEW", "\ud800", "u_", "a" * 9999, "p1")


def _damage(document: str, place: float, length: int, token: str) -> str:
    at = round(place * len(document))
    return document[:at] + token + document[at + length :]


_SHAPES = st.sampled_from([*GROWN.values()])
_SMALL = st.builds(lambda grow, size: grow(size), _SHAPES, st.integers(0, 4))
_DAMAGED = st.builds(_damage, _SMALL, st.floats(0, 1), st.integers(0, 20), st.sampled_from(TOKENS))
_SOUPS = st.lists(st.sampled_from(TOKENS), max_size=60).map(" ".join)
_KEYS = st.sampled_from(KEYS) | st.text()
_JUNK: SearchStrategy[Any] = st.recursive(
    st.sampled_from(ODD) | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(_KEYS, inner, max_size=4),
    max_leaves=8,
)
_REQUESTS = st.fixed_dictionaries(
    {"query": _DAMAGED | _SOUPS | st.sampled_from(TYPED) | st.sampled_from(TYPED)},
    optional={
        "variables": st.fixed_dictionaries({"x": _JUNK}) | _JUNK,
        "operationName": st.sampled_from(("Q", "Q0", "F", "", "\ud800", 1, None)),
        "extensions": st.just({"long": 10**19}) | _JUNK,
    },
).map(lambda request: json.dumps(request).encode())

#: Bodies of requests that make no sense, or nearly none.
bodies: SearchStrategy[bytes] = st.one_of(
    *(_REQUESTS, _REQUESTS, _REQUESTS),
    st.builds(lambda body, end: body[:end], _REQUESTS, st.integers(1, 99)),
    _JUNK.map(json.dumps).map(str.encode),
    st.binary(max_size=99),
    st.sampled_from((b"[" * 99_999, b'{"query":' * 9999, b"9" * 5000, b"NaN", b'{"query":"\xff"}')),
)
