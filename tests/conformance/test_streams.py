"""Streams over WebSocket and server-sent events, held against the clients of their protocols."""

import pytest

from tests.support.conformance.node import Node

PASSED = "fail 0"


@pytest.mark.slow
def test_the_graphql_ws_client_gets_every_kind_of_operation(node: Node, server: str) -> None:
    """Results, faults, errors, unsubscribing and pings, all of them over one socket."""
    assert PASSED in node("ws.mjs", server)


@pytest.mark.slow
def test_the_socket_keeps_the_protocol_whatever_is_sent(node: Node, server: str) -> None:
    """What graphql-transport-ws forbids closes the socket with the code it names; no more does."""
    assert PASSED in node("wire.mjs", server)


@pytest.mark.slow
def test_the_graphql_sse_client_gets_every_kind_of_operation(node: Node, server: str) -> None:
    """Results, faults and errors as events over POST and GET, in distinct connections mode."""
    assert PASSED in node("sse.mjs", server)
