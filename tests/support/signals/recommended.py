"""What tests of recommendations ask."""

from typing import Any

from tests.support.client import Caller

PAGE = """
query Page($id: ID!, $first: Int, $after: String, $excludeSeen: Boolean, $exclude: [ID!]) {
  user(id: $id) {
    recommendations(first: $first, after: $after, excludeSeen: $excludeSeen, exclude: $exclude) {
      recommendationId endCursor
      posts {
        post { postId } score reasons contributions { kind contribution subject } cursor
      }
    }
  }
}
"""


async def recommended(caller: Caller, user: str, **arguments: Any) -> dict[str, Any]:
    """A page of recommendations for a user."""
    data = await caller.data(PAGE, id=user, **arguments)
    page: dict[str, Any] = data["user"]["recommendations"]
    return page
