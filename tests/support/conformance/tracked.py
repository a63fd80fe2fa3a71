"""A server whose tracking script pages of a site load, and what it has of each user."""

import json
import time
from dataclasses import dataclass
from typing import Any

import httpx

from tests.support.access.callers import token
from tests.support.conformance.node import Node

HISTORY = """query History {
  viewer { interactions(first: 100) { nodes {
    action target { targetId } occurredAt context { source recommended recommendationId hashtags }
  } } }
}
"""
SET_PRIVACY = """mutation SetPrivacy($level: PrivacyLevel!) {
  setPrivacy(input: {level: $level}) { privacy { level } }
}
"""
RECORD = """mutation Record($input: RecordInteractionInput!) {
  recordInteraction(input: $input) { outcome }
}
"""
COUNTS = "query Counts($id: ID!) { post(id: $id) { stats { counts { action count } } } }\n"
DOCUMENTS = {"history": HISTORY, "privacy": SET_PRIVACY, "record": RECORD, "counts": COUNTS}


@dataclass(frozen=True)
class Tracked:
    """Runs scenarios in a browser, and asks the server what came of them."""

    node: Node
    api: str
    site: str
    chromium: str

    def visit(self, scenario: str, *users: str) -> dict[str, Any]:
        """What a scenario found; its pages have tokens of the user of its name, and of others."""
        script, name = scenario.split(".")
        tokens = {user: token(user) for user in (name, *users)}
        tokens["expired"] = token("renewed", exp=int(time.time()) - 3600)
        printed = self.node(
            f"tracking/{script}.mjs",
            name,
            SITE=self.site,
            API=self.api,
            TOKENS=json.dumps(tokens),
            CHROMIUM=self.chromium,
        )
        found: dict[str, Any] = json.loads(printed)
        return found

    def happened(self, user: str) -> list[str]:
        """What holds or happened of a user, as `ACTION target`, oldest first."""
        return [f"{each['action']} {each['target']['targetId']}" for each in self.nodes(user)]

    def nodes(self, user: str) -> list[dict[str, Any]]:
        """A user's interactions, oldest first."""
        nodes: list[dict[str, Any]] = self.ask(user, HISTORY)["viewer"]["interactions"]["nodes"]
        return nodes[::-1]

    def record(self, user: str, action: str, post_id: str) -> None:
        """Record something before a page is opened."""
        answer = self.ask(user, RECORD, input={"action": action, "postId": post_id})
        assert answer["recordInteraction"]["outcome"] in {"CREATED", "AGGREGATED"}

    def counts(self, user: str, post_id: str) -> dict[str, int]:
        """A post's counts by action."""
        counts = self.ask(user, COUNTS, id=post_id)["post"]["stats"]["counts"]
        return {each["action"]: each["count"] for each in counts}

    def set_privacy(self, user: str, level: str) -> None:
        """Choose a user's privacy level."""
        answer = self.ask(user, SET_PRIVACY, level=level)
        assert answer == {"setPrivacy": {"privacy": {"level": level}}}

    def ask(self, user: str, query: str, **variables: Any) -> dict[str, Any]:
        """The data of an operation of a user."""
        body = {"query": query, "variables": variables}
        headers = {"Authorization": f"Bearer {token(user)}"}
        answer = httpx.post(f"{self.api}/graphql", json=body, headers=headers, timeout=30).json()
        assert "errors" not in answer, answer
        data: dict[str, Any] = answer["data"]
        return data
