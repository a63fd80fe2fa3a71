"""Reading a body: whole, and no further than it may be."""

from typing import Any

import pytest
from starlette.types import Receive

from graph.transport.requests import Malformed, TooLarge, body_of

LEFT = {"type": "http.disconnect"}


def coming(*parts: bytes, then: dict[str, Any] | None = None) -> tuple[Receive, list[Any]]:
    """A request whose body comes in parts, and what of it has not been read yet."""
    more = [{"type": "http.request", "body": part, "more_body": True} for part in parts]
    left: list[Any] = [*more, then or {"type": "http.request"}]

    async def receive() -> Any:
        return left.pop(0)

    return receive, left


@pytest.mark.parametrize("parts", [(), (b"12345",), (b"12", b"", b"345")])
async def test_a_body_is_read_whole_up_to_its_limit(parts: tuple[bytes, ...]) -> None:
    """In however many parts it comes."""
    receive, left = coming(*parts)

    assert await body_of(receive, 5) == b"".join(parts)
    assert left == []


async def test_no_more_than_the_limit_is_read() -> None:
    """What follows the part that is too much stays where it is."""
    receive, left = coming(b"123", b"456", b"789")

    with pytest.raises(TooLarge, match="the body is larger than 5 bytes"):
        await body_of(receive, 5)

    assert [message.get("body") for message in left] == [b"789", None]


async def test_a_client_that_leaves_sent_no_body() -> None:
    """Whatever had come of it."""
    receive, _ = coming(b"{}", then=LEFT)

    with pytest.raises(Malformed, match="the client left"):
        await body_of(receive, 5)
