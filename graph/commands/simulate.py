"""The command `trailmark simulate`: lifelike traffic against a running server, over its API."""

import asyncio
import random
import time
from collections import Counter, deque
from collections.abc import Iterator
from itertools import count
from typing import TYPE_CHECKING, Annotated, Any

import typer
from rich.table import Table

from graph.commands.terminal import console, progress_bar, stop
from resolvers.simulation import World, followed, inputs

if TYPE_CHECKING:
    import httpx

_RECORD = """
mutation Simulate($inputs: [RecordInteractionInput!]!) {
  recordInteractions(inputs: $inputs) { results { outcome } }
}
"""
_RECOMMENDED = """
query Simulate($id: ID!) {
  user(id: $id) { recommendations { recommendationId posts { post { postId } } } }
}
"""
_REQUESTS_A_SECOND = 20  # at most: beyond that rate, each carries more inputs
_REQUESTS_BETWEEN = 10  # two in which somebody asks for recommendations


def simulate(
    users: Annotated[int, typer.Option(min=1, max=10_000_000, help="How many users.")] = 200,
    posts: Annotated[int, typer.Option(min=1, max=10_000_000, help="How many posts.")] = 500,
    rate: Annotated[float, typer.Option(min=0.1, max=20_000, help="Inputs a second.")] = 20,
    seconds: Annotated[
        float, typer.Option(min=0, max=31_536_000, help="How long; 0: until stopped.")
    ] = 0,
    seed: Annotated[int, typer.Option(help="The same seed gives the same inputs.")] = 1,
    url: Annotated[str, typer.Option(help="The server.")] = "http://127.0.0.1:8000",
    key: Annotated[
        str, typer.Option(help="A key of scopes record and read, if it needs one.")
    ] = "",
) -> None:
    """Send lifelike traffic to a running server: Zipf popularity, sessions, all 25 actions."""
    outcomes: Counter[str] = Counter()
    source = Traffic(inputs(World(users, posts, seed)), random.Random(seed))  # noqa: S311
    total = max(1, round(rate * seconds)) if seconds else None
    import httpx  # a client, and no part of serving

    try:
        headers = {"Authorization": f"Bearer {key}"} if key else {}
        client = httpx.AsyncClient(base_url=url, headers=headers, timeout=30)
        asyncio.run(_send(client, source, outcomes, rate=rate, total=total))
    except KeyboardInterrupt:
        pass
    except (httpx.HTTPError, httpx.InvalidURL) as error:
        stop(f"{url} does not answer: {type(error).__name__}: {error}")
    table = Table("outcome", "inputs")
    for outcome, number in sorted(outcomes.items()):
        table.add_row(outcome, f"{number:,}")
    console.print(table)


class Traffic:
    """Inputs without end; what follows from recommendations comes before the others."""

    def __init__(self, source: Iterator[dict[str, Any]], chance: random.Random) -> None:
        self._source = source
        self._chance = chance
        self._following = deque[dict[str, Any]]()
        self._may_follow = True

    def take(self, size: int) -> list[dict[str, Any]]:
        """The next inputs."""
        follows, source = self._following, self._source
        return [follows.popleft() if follows else next(source) for _ in range(size)]

    async def follow(self, user_id: str, http: "httpx.AsyncClient") -> None:
        """Have a user follow recommendations; the rest goes on where the key may not read them."""
        if not self._may_follow or self._following:
            return
        body = {"query": _RECOMMENDED, "variables": {"id": user_id}}
        answer = (await http.post("/graphql", json=body)).json()
        found = ((answer.get("data") or {}).get("user") or {}).get("recommendations")
        self._may_follow = found is not None
        if found is not None:
            post_ids = [each["post"]["postId"] for each in found["posts"]]
            self._following += followed(user_id, found["recommendationId"], post_ids, self._chance)


async def _send(
    client: "httpx.AsyncClient",
    source: Traffic,
    outcomes: Counter[str],
    *,
    rate: float,
    total: int | None,
) -> None:
    """Send inputs at the rate, in order; what is late is sent with the next request."""
    started, batch = time.monotonic(), list[dict[str, Any]]()
    with progress_bar("simulating", total) as show:
        async with client as http:
            for number in count(1):
                sent = outcomes.total()
                due = min(int((time.monotonic() - started) * rate) + 1, total or 2**63)
                for _ in range(sent, due, 1_000):
                    size = min(due - outcomes.total(), 1_000)
                    batch = source.take(size)
                    outcomes.update(await _record(http, batch))
                if batch and number % _REQUESTS_BETWEEN == 0:
                    await source.follow(batch[-1]["userId"], http)
                show(outcomes.total())
                if outcomes.total() == total:
                    return
                pause = started + number / min(rate, _REQUESTS_A_SECOND) - time.monotonic()
                await asyncio.sleep(max(pause, 0))


async def _record(http: "httpx.AsyncClient", batch: list[dict[str, Any]]) -> list[str]:
    body = {"query": _RECORD, "variables": {"inputs": batch}}
    answer = await http.post("/graphql", json=body)
    try:
        parsed = answer.json()
        if errors := parsed.get("errors"):
            stop(f"the server answered: {errors[0]['message']}")
        return [result["outcome"] for result in parsed["data"]["recordInteractions"]["results"]]
    except (ValueError, LookupError, TypeError, AttributeError):
        stop(f"{answer.url} is no GraphQL of Trailmark's: it answered {answer.status_code}")
