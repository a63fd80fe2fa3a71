"""Trusted documents as callers ask for them, and who may send no others."""

import hashlib
from collections.abc import AsyncIterator
from typing import Any

import pytest

from tests.support.access.callers import TOKEN_SECRET, Guarded, serving_guarded
from tests.support.client import FixedClock
from tests.support.serving import Settling

POST = "query Post($id: ID!) { post(id: $id) { postId } }"
TICKS = "subscription Ticks { count(to: 2) }"
HASH = hashlib.sha256(POST.encode()).hexdigest()
UNTRUSTED = 'query Other { post(id: "p") { id } }'
ANSWER = {"post": {"postId": "p"}}


@pytest.fixture
async def trusting(settings: Settling, clock: FixedClock) -> AsyncIterator[Guarded]:
    """A server that knows two documents, and takes no others of user tokens."""
    documents = {"post": POST, HASH: POST, "ticks": TICKS}
    trusting = settings(token_secret=TOKEN_SECRET, documents=documents, documents_only=True)
    async with serving_guarded(trusting, "read", clock=clock) as guarded:
        yield guarded


def _by_hash(hash: str) -> dict[str, Any]:
    return {"extensions": {"persistedQuery": {"version": 1, "sha256Hash": hash}}}


async def _post(guarded: Guarded, who: str, **body: Any) -> dict[str, Any]:
    body.setdefault("variables", {"id": "p"})
    reply = await guarded.http.post("/graphql", json=body, headers=guarded.headers(who))
    answer: dict[str, Any] = reply.json()
    return answer


@pytest.mark.parametrize(
    "named",
    [
        {"documentId": "post"},
        {"documentId": f"sha256:{HASH}"},
        {"documentId": HASH},
        _by_hash(HASH),
    ],
    ids=["name", "digest", "hash", "apollo"],
)
async def test_a_document_is_asked_for_by_its_id(trusting: Guarded, named: dict[str, Any]) -> None:
    """As GraphQL over HTTP names it, or as Apollo's clients do."""
    assert await _post(trusting, "ann", **named) == {"data": ANSWER}


async def test_a_document_counts_before_an_id(trusting: Guarded) -> None:
    """Clients that send both say by the id what the document is called."""
    sent = {"documentId": "other", "query": POST}

    assert await _post(trusting, "ann", **sent) == {"data": ANSWER}


async def test_ids_work_in_addresses(trusting: Guarded) -> None:
    """A GET may be cached by who is between."""
    params = {"documentId": "post", "variables": '{"id": "p"}'}
    headers = {**trusting.headers("ann"), "Accept": "text/html, application/json"}

    reply = await trusting.http.get("/graphql", params=params, headers=headers)

    assert reply.json() == {"data": ANSWER}


async def test_ids_work_over_websockets(trusting: Guarded) -> None:
    """Subscriptions are asked for like other documents."""
    async with trusting.line("ann") as line:
        await line.send(id="1", type="subscribe", payload={"documentId": "ticks"})

        answers = [await line.receive() for _ in range(3)]

    assert [each["type"] for each in answers] == ["next", "next", "complete"]


@pytest.mark.parametrize("named", [{"documentId": "other"}, _by_hash("0" * 64)])
async def test_an_unknown_id_is_told_by_its_code(trusting: Guarded, named: dict[str, Any]) -> None:
    """Apollo's clients then send the document itself."""
    (error,) = (await _post(trusting, "read", **named))["errors"]

    assert error["message"] == "PersistedQueryNotFound"
    assert error["extensions"] == {"code": "PERSISTED_QUERY_NOT_FOUND"}


@pytest.mark.parametrize(
    ("body", "message"),
    [
        ({"documentId": 1}, "`documentId` must be a text"),
        ({"extensions": {"persistedQuery": {}}}, "`extensions.persistedQuery` must be an object"),
        ({"extensions": {"persistedQuery": 1}}, "`extensions.persistedQuery` must be an object"),
    ],
)
async def test_malformed_ids_are_refused(
    trusting: Guarded, body: dict[str, Any], message: str
) -> None:
    """The message names what was sent."""
    (error,) = (await _post(trusting, "ann", **body))["errors"]

    assert error["message"].startswith(message)


@pytest.mark.parametrize("transport", ["post", "get", "sse", "websocket"])
async def test_user_tokens_send_no_other_document(trusting: Guarded, transport: str) -> None:
    """Whatever transport they come by; a trusted one may be sent in full, too."""
    refused = await trusting.ask(transport, "ann", UNTRUSTED)
    taken = await trusting.ask(transport, "ann", POST, id="p")

    assert refused.codes == {"FORBIDDEN"}
    assert taken.data == ANSWER


async def test_keys_send_what_they_like(trusting: Guarded) -> None:
    """They are held by servers, whose operators trust them."""
    assert (await trusting.post("read", UNTRUSTED)).data["post"] is not None
