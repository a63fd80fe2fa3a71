"""Reading a body: whole, unpacked, and no further than it may be."""

import gzip
import json
import zlib
from typing import Any

import pytest
from starlette.types import Receive

from graph.transport.bodies import read_body, unpack
from graph.transport.documents.limits import Limits
from graph.transport.requests import Malformed, TooLarge
from tests.support.client import Caller, FixedClock
from tests.support.serving import Settling, serving

LIMIT = 4 * 1024 * 1024
PLAIN: dict[str, Any] = {"type": "http", "headers": []}
QUERY = json.dumps({"query": "{ __typename }"}).encode()
ACTIVITY = json.dumps({"user": "ann", "activity_type": "view", "target": "p"}).encode()
ADDRESSES = {"/graphql": (QUERY, 200), "/activities/": (ACTIVITY, 201)}
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

    assert await read_body(PLAIN, receive, 5) == b"".join(parts)
    assert left == []


async def test_no_more_than_the_limit_is_read() -> None:
    """What follows the part that is too much stays where it is."""
    receive, left = coming(b"123", b"456", b"789")

    with pytest.raises(TooLarge, match="the body is larger than 5 bytes"):
        await read_body(PLAIN, receive, 5)

    assert [message.get("body") for message in left] == [b"789", None]


async def test_a_client_that_leaves_sent_no_body() -> None:
    """Whatever had come of it."""
    receive, _ = coming(b"{}", then=LEFT)

    with pytest.raises(Malformed, match="the client left"):
        await read_body(PLAIN, receive, 5)


async def _sent(caller: Caller, address: str, content: bytes, encoding: str) -> Any:
    headers = {"Content-Type": "application/json", "Content-Encoding": encoding}
    return await caller.http.post(address, content=content, headers=headers)


@pytest.mark.parametrize("address", ADDRESSES)
@pytest.mark.parametrize("encoding", ["gzip", "GZIP", "x-gzip"])
async def test_a_body_may_be_packed_by_gzip(sqlite: Caller, address: str, encoding: str) -> None:
    """For GraphQL and for REST."""
    content, status = ADDRESSES[address]

    answer = await _sent(sqlite, address, gzip.compress(content), encoding)

    assert answer.status_code == status, answer.text


@pytest.mark.parametrize("address", ADDRESSES)
@pytest.mark.parametrize("encoding", ["br", "deflate", "zstd", "gzip, gzip", "compress"])
async def test_other_encodings_are_415(sqlite: Caller, address: str, encoding: str) -> None:
    """The answer says what is allowed, in the header of RFC 9110 too."""
    answer = await _sent(sqlite, address, zlib.compress(ADDRESSES[address][0]), encoding)

    assert answer.status_code == 415
    assert answer.headers["accept-encoding"] == "gzip, identity"
    message = f"got Content-Encoding '{encoding}'; allowed are gzip, identity"
    assert message in answer.text


@pytest.mark.parametrize("address", ADDRESSES)
async def test_a_body_is_bounded_as_it_is_unpacked(
    settings: Settling, clock: FixedClock, address: str
) -> None:
    """To the byte, however small it was when packed."""
    content = ADDRESSES[address][0]
    async with serving(settings(limits=Limits(body_bytes=200)), clock) as caller:
        whole = await _sent(caller, address, gzip.compress(content.ljust(200)), "gzip")
        larger = await _sent(caller, address, gzip.compress(content.ljust(201)), "gzip")

    assert whole.status_code in (200, 201)
    assert larger.status_code == 413
    assert "the body is larger than 200 bytes" in larger.text


@pytest.mark.slow
def test_a_bomb_is_not_unpacked() -> None:
    """A gigabyte in a megabyte takes no more memory than the limit."""
    packer = zlib.compressobj(9, wbits=31)
    bomb = b"".join(packer.compress(bytes(2**20)) for _ in range(1024)) + packer.flush()

    with pytest.raises(TooLarge, match=f"the body is larger than {LIMIT} bytes"):
        unpack(bomb, LIMIT)


@pytest.mark.parametrize(
    ("content", "why"),
    [
        (QUERY, "the body must be gzip"),
        (b"", "the body must be one whole member"),
        (gzip.compress(QUERY)[:-1], "the body must be one whole member"),
        (gzip.compress(QUERY) + b"x", "the body must be one whole member"),
        (gzip.compress(QUERY) * 2, "the body must be one whole member"),
        (zlib.compress(QUERY), "the body must be gzip"),
    ],
    ids=["plain", "empty", "cut", "more", "twice", "deflate"],
)
async def test_what_is_no_gzip_is_400(sqlite: Caller, content: bytes, why: str) -> None:
    """Whatever of it could be unpacked."""
    answer = await _sent(sqlite, "/graphql", content, "gzip")

    assert answer.status_code == 400
    assert answer.json()["errors"][0]["message"].startswith(why)
