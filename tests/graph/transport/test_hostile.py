"""Documents that are made to be costly: refused for what they are, while others are answered."""

import asyncio

import pytest

from tests.support.live.clients import Live

PROMPT_S = 2.0  # generous: what is meant is not to wait for the whole of it
MIB = 1024 * 1024
TOO_MANY_TOKENS = "the document has more than 2000 tokens or comments"
TOO_DEEP = "the document is nested too deeply"
TOO_OFTEN = "the document selects the same fields too often to be told"


def _linked(start: str, type: str, selection: str, last: str) -> str:
    """30 fragments of which each selects the next one, `^`, and one with the `last` fields."""
    links = [
        f"fragment F{each} on {type} {{ {selection.replace('^', str(each + 1))} }}"
        for each in range(30)
    ]
    return " ".join([start, *links, f"fragment F30 on {type} {{ {last} }}"])


POST = "{ post(id: 1) { ...F0 } }"
HOSTILE = {
    "fragments that double": (
        _linked("{ ...F0 }", "Query", "...F^ ...F^", "__typename"),
        f"the document has {2**30} fields in one selection; allowed are 100",
    ),
    "fields that double": (
        _linked(POST, "Post", "a: stats { post { ...F^ } } b: stats { post { ...F^ } }", "id"),
        "the document has 62 levels of fields; allowed are 15",
    ),
    "a ladder of fragments": (
        _linked(POST, "Post", "stats { post {" * 4 + "...F^" + "} }" * 4, "id"),
        "the document has 242 levels of fields; allowed are 15",
    ),
    "hundreds of levels in fragments": (
        _linked("{ ...F0 }", "Query", "a {" * 18 + "...F^" + "}" * 18, "a"),
        TOO_DEEP,
    ),
    "a thousand levels of fields": ("{a" * 1000 + "}" * 1000, TOO_DEEP),
    "a thousand inline fragments": ("{..." * 1000 + "{id}" + "}" * 1000, TOO_DEEP),
    "a thousand lists": (f"{{ posts(ids: {'[' * 900}{']' * 900}) {{ id }} }}", TOO_DEEP),
    "aliases": (
        "{ " + " ".join(f"a{each}: post(id: 1) {{ id }}" for each in range(150)) + " }",
        "the document has 150 aliases; allowed are 50",
    ),
    "directives": (
        "{ __typename " + "@a " * 900 + "}",
        "the document has 900 directives; allowed are 50",
    ),
    "one field over and over": (
        f"{{ __typename }} fragment F on Query {{ {'__typename ' * 1900} }}",
        TOO_OFTEN,
    ),
    "4 MiB of tokens": ("{" + "a " * (2 * MIB - 40), TOO_MANY_TOKENS),
    "4 MiB of brackets": ("{ a(b: " + "[" * (4 * MIB - 60), TOO_DEEP),
    "4 MiB of comments": ("#\n" * (MIB - 40), TOO_MANY_TOKENS),
}


@pytest.mark.parametrize("name", HOSTILE)
async def test_a_hostile_document_is_refused_while_others_are_answered(
    live: Live, name: str
) -> None:
    """It is told to be too complex, and the loop has time for everyone else."""
    document, message = HOSTILE[name]
    loop = asyncio.get_running_loop()
    refusing = asyncio.create_task(live.caller.errors(document))
    slowest = 0.0
    while not refusing.done():
        before = loop.time()
        healthy = await live.http.get("/healthz")
        slowest = max(slowest, loop.time() - before)
        assert healthy.status_code == 200
    errors = await refusing

    assert errors[0] == {"message": message, "extensions": {"code": "TOO_COMPLEX"}}
    assert slowest < PROMPT_S
