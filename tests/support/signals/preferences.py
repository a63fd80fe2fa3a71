"""What tests ask about preferences: the query, and its answer in short."""

from typing import Any

from tests.support.client import Caller

PREFERENCES = """
query Preferences($id: ID!, $first: Int) {
  user(id: $id) {
    preferences(first: $first) {
      contentTypes { ...facet } hashtags { ...facet } authors { ...facet } sources { ...facet }
    }
  }
}
fragment facet on Facet { kind value score count }
"""

Shown = dict[str, tuple[float, int]]


async def preferences(caller: Caller, user_id: str, first: int = 100) -> Shown:
    """Each facet as `KIND value`, best first within its kind: its score, rounded, and its count."""
    data = await caller.data(PREFERENCES, id=user_id, first=first)
    lists: dict[str, list[dict[str, Any]]] = data["user"]["preferences"]
    return {
        f"{each['kind']} {each['value']}": (round(each["score"], 9), each["count"])
        for alike in lists.values()
        for each in alike
    }
