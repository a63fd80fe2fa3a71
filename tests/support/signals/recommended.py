"""What tests of recommendations ask, and the posts that they are about."""

from typing import Any

from tests.support.client import Caller

PAGE = """
query Page($id: ID!, $first: Int, $after: String, $excludeSeen: Boolean, $exclude: [ID!],
    $filter: PostFilter) {
  user(id: $id) {
    recommendations(first: $first, after: $after, excludeSeen: $excludeSeen, exclude: $exclude,
        filter: $filter) {
      recommendationId endCursor
      posts {
        post { postId } score reasons contributions { kind contribution subject } cursor
      }
    }
  }
}
"""
DESCRIBE = """
mutation Describe($inputs: [DescribePostInput!]!) {
  describePosts(inputs: $inputs) { errors { code field message } }
}
"""


async def recommended(caller: Caller, user: str, **arguments: Any) -> dict[str, Any]:
    """A page of recommendations for a user."""
    data = await caller.data(PAGE, id=user, **arguments)
    page: dict[str, Any] = data["user"]["recommendations"]
    return page


async def described(caller: Caller, *inputs: dict[str, Any]) -> None:
    """Say what posts are."""
    data = await caller.data(DESCRIBE, inputs=list(inputs))
    assert data["describePosts"] == {"errors": []}


async def flood(caller: Caller, author: str, size: int, *, fans: int, start: int = 0) -> None:
    """At most 100 posts of one author, each favored by so many, numbered from a start."""
    posts = [f"{author}{number:02}" for number in range(start, start + size)]
    await described(caller, *({"postId": post, "authorId": f"author {author}"} for post in posts))
    inputs = [
        {"userId": f"fan {fan}", "action": "FAVORITE", "postId": post}
        for post in posts
        for fan in range(fans)
    ]
    await caller.outcomes(*inputs)
