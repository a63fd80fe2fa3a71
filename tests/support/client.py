"""A caller of the server under test, and the clock it is run by."""

from dataclasses import dataclass, field
from typing import Any

import httpx

from resolvers.instants import parse_instant


@dataclass
class FixedClock:
    """A clock that stands still until a test moves it."""

    now: int = field(default_factory=lambda: int(parse_instant("2026-11-20T12:00:00Z")))

    def __call__(self) -> int:
        return self.now

    def advance(self, seconds: float) -> None:
        self.now += round(seconds * 1_000_000)


@dataclass
class Caller:
    """Speaks GraphQL to the server."""

    http: httpx.AsyncClient
    url: str
    clock: FixedClock

    async def send(self, query: str, **variables: Any) -> dict[str, Any]:
        """The whole answer to an operation."""
        body = {"query": query, "variables": variables}
        answer = await self.http.post("/graphql", json=body)
        parsed: dict[str, Any] = answer.json()
        return parsed

    async def data(self, query: str, **variables: Any) -> dict[str, Any]:
        """The data of an operation that must not fail."""
        answer = await self.send(query, **variables)
        assert "errors" not in answer, answer["errors"]
        data: dict[str, Any] = answer["data"]
        return data

    async def errors(self, query: str, **variables: Any) -> list[dict[str, Any]]:
        """The errors of an operation that must fail."""
        answer = await self.send(query, **variables)
        errors: list[dict[str, Any]] = answer["errors"]
        return errors

    async def record(self, **input: Any) -> dict[str, Any]:
        """Record one input and return its payload."""
        payload: dict[str, Any] = (await self.data(RECORD, input=input))["recordInteraction"]
        return payload

    async def outcome(self, **input: Any) -> str:
        """Record one input and return what became of it."""
        outcome: str = (await self.record(**input))["outcome"]
        return outcome

    async def outcomes(self, *inputs: dict[str, Any]) -> list[str]:
        """Record a batch and return what became of each input."""
        data = await self.data(RECORD_MANY, inputs=list(inputs))
        return [result["outcome"] for result in data["recordInteractions"]["results"]]

    async def counts(self, post_id: str) -> dict[str, int]:
        """A post's counts by action."""
        data = await self.data(COUNTS, id=post_id)
        return {each["action"]: each["count"] for each in data["post"]["stats"]["counts"]}

    async def history(self, user_id: str) -> list[str]:
        """A user's history as `ACTION target`, newest first."""
        data = await self.data(HISTORY, id=user_id)
        nodes = data["user"]["interactions"]["nodes"]
        return [f"{node['action']} {node['target']['id']}" for node in nodes]


RECORD = """
mutation Record($input: RecordInteractionInput!) {
  recordInteraction(input: $input) {
    outcome
    privacyLevel
    interaction { id interactionId userAlias action target { kind id } occurredAt recordedAt
      context { source recommended recommendationId metadata } }
    post { postId stats { counts { action count } } }
    errors { code field message }
  }
}
"""

RECORD_MANY = """
mutation RecordMany($inputs: [RecordInteractionInput!]!) {
  recordInteractions(inputs: $inputs) {
    recorded
    rejected
    results { outcome interaction { interactionId occurredAt } errors { code field message } }
  }
}
"""

COUNTS = "query Counts($id: ID!) { post(id: $id) { stats { counts { action count } } } }"

HISTORY = """
query History($id: ID!) {
  user(id: $id) { interactions(first: 100) { nodes { action target { id } } } }
}
"""
