"""Attacks by operations that ask for much: scans, sums, series, and documents of all shapes."""

import itertools

from graphql import get_introspection_query

from bench.databases.filling import HOT_USER
from bench.soak.attacks.wire import Target, ask, exchange, operation, posted

_NUMBERS = itertools.count()
_TIMES = itertools.cycle((1, 2, 4, 11))
_RECORD_MANY = (
    "mutation ($v: [RecordInteractionInput!]!) { recordInteractions(inputs: $v) { recorded } }"
)
_INTROSPECTION = get_introspection_query()
_PAGE = "{ nodes { id } pageInfo { hasNextPage hasPreviousPage } }"


async def empty_filters(target: Target) -> str:
    """Pages of filters that match nothing, forward and backward, of all rows and of a user's."""
    return await ask(target, next(_EMPTY))


async def distinct_users(target: Target) -> str:
    """How many users there were, as often as is allowed, and eleven times."""
    days = (f"2026-09-{day:02}T00:00:00Z" for day in range(10, 10 + next(_TIMES)))
    fields = (
        f'a{n}: activityStats(since: "{day}") {{ uniqueUsers }}' for n, day in enumerate(days)
    )
    return await ask(target, f"{{ {' '.join(fields)} }}")


async def long_series(target: Target) -> str:
    """1 500 buckets, as often as is allowed, and eleven times."""
    series = "series(interval: HOUR) { start total counts { action count } }"
    since = "2026-10-01T00:00:00Z"
    fields = (f'a{n}: activityStats(since: "{since}") {{ {series} }}' for n in range(next(_TIMES)))
    return await ask(target, f"{{ {' '.join(fields)} }}")


async def own_interactions(target: Target) -> str:
    """45 posts, each with what a busy user did to it."""
    field = "interactions(first: 20) { totalCount nodes { id action } }"
    fields = (f'a{n}: post(id: "post-{n + 1}") {{ {field} }}' for n in range(45))
    body = operation(f"{{ {' '.join(fields)} }}")
    return await exchange(target, posted(body, target.of_user()))


async def counted_lists(target: Target) -> str:
    """As many counts of lists as an operation may have."""
    filter = 'filter: {sources: ["home"], since: "2026-09-20T00:00:00Z"}'
    fields = (f"a{n}: interactions(first: 0, {filter}) {{ totalCount }}" for n in range(10))
    return await ask(target, f"{{ {' '.join(fields)} }}")


async def ranks(target: Target) -> str:
    """Ranks of the users that are far from the top, and all lists of scores."""
    fields = (
        f'a{n}: user(id: "user-{n}") {{ engagementScore {{ rank components {{ action }} }} }}'
        for n in range(40)
    )
    lists = "trendingPosts(first: 100) { score } engagementScores(first: 100) { rank score }"
    return await ask(target, f"{{ {' '.join(fields)} {lists} }}")


async def nested_pages(target: Target) -> str:
    """Pages within pages, as many rows as an operation may touch."""
    inner = "interactions(first: 100) { nodes { id context { source metadata } } }"
    query = f"{{ users(ids: $v) {{ alias counts {{ action count }} {inner} }} }}"
    return await ask(target, f"query ($v: [ID!]!) {query}", v=[f"user-{n}" for n in range(100)])


async def deep_documents(target: Target) -> str:
    """Fields within each other, beyond what is allowed, and fragments that double each other."""
    return await ask(target, next(_DEEP))


async def broad_documents(target: Target) -> str:
    """As many fields as fit, each time by other names, so that nothing that is kept helps."""
    start = next(_NUMBERS)
    fields = (f"a{start}_{n}: feedCursor" for n in range(400))
    return await ask(target, f"{{ {' '.join(fields)} }}")


async def distinct_documents(target: Target) -> str:
    """Documents that are allowed and large, each another: to be checked and compiled anew."""
    number = next(_NUMBERS)
    page = "interactions(first: 1) { nodes { id action target { kind targetId } userAlias } }"
    fields = (f'a{n}: post(id: "p{number}") {{ id postId {page} }}' for n in range(45))
    return await ask(target, f"query Q{number} {{ {' '.join(fields)} }}")


async def introspections(target: Target) -> str:
    """The query that tools ask for the schema by, each time with another name."""
    name = f"query Q{next(_NUMBERS)}"
    return await ask(target, _INTROSPECTION.replace("query IntrospectionQuery", name))


async def batches(target: Target) -> str:
    """As many inputs as one call may have, and as many calls as an operation."""
    start = next(_NUMBERS) * 1_000
    inputs = [
        {"userId": f"soak-{n % 50}", "action": "VIEW", "postId": f"p{n % 7}", "eventId": f"s{n}"}
        for n in range(start, start + 1_000)
    ]
    return await ask(target, _RECORD_MANY, v=inputs)


async def rejected_batches(target: Target) -> str:
    """Inputs each of which is refused, with all that is said of it."""
    what = "results { outcome errors { code field message } }"
    return await ask(target, _RECORD_MANY.replace("recorded", what), v=[{"action": "VIEW"}] * 1_000)


_NOTHING = 'filter: {sources: ["nowhere"], since: "2026-09-01T00:00:00Z"}'
_EMPTY = itertools.cycle(
    (
        f"{{ interactions(first: 100, {_NOTHING}) {_PAGE} }}",
        f"{{ interactions(last: 100, {_NOTHING}) {_PAGE} }}",
        f'{{ user(id: "{HOT_USER}") {{ interactions(first: 100, {_NOTHING}) {_PAGE} }} }}',
        f'{{ user(id: "{HOT_USER}") {{ interactions(last: 100, {_NOTHING}) {_PAGE} }} }}',
        f'{{ post(id: "post-1") {{ interactions(first: 100, {_NOTHING}) {_PAGE} }} }}',
        f'{{ post(id: "post-1") {{ interactions(last: 100, {_NOTHING}) {_PAGE} }} }}',
    )
)
_DEEP = itertools.cycle(
    (
        "{ post(id: 1) " + "{ stats { post " * 300 + "{ id }" + "} }" * 300 + " }",
        "{ ...f0 } "
        + " ".join(f"fragment f{n} on Query {{ ...f{n + 1} ...f{n + 1} }}" for n in range(120))
        + " fragment f120 on Query { feedCursor }",
        "{ " + "feedCursor " * 900 + "}",
        "query ($a: [[[[[[ID]]]]]]) { posts(ids: " + "[" * 600 + "]" * 600 + ") { id } }",
        "{ " + "feedCursor @skip(if: false) " * 200 + "}",
    )
)
