"""The clients that front ends use, each driven for real by a script of its own."""

import json
from collections.abc import Callable

import pytest

from tests.support.conformance.node import HERE, Node

SCRIPTS = {
    "@apollo/client": "apollo.mjs",
    "@urql/core": "urql.mjs",
    "relay-runtime": "relay/client.mjs",
}
VERSIONS: dict[str, str] = json.loads((HERE / "package.json").read_text())["dependencies"]

Prove = Callable[[str], None]


def prover(client: str, node: Node, server: str) -> Prove:
    def prove(proof: str) -> None:
        assert node(SCRIPTS[client], server, proof) == f"{client} {VERSIONS[client]} {proof}\n"

    return prove


@pytest.fixture(params=SCRIPTS)
def prove(request: pytest.FixtureRequest, node: Node, server: str) -> Prove:
    """Has one client after the other prove something; it must say so, and not a word more."""
    return prover(request.param, node, server)


@pytest.mark.slow
def test_recording_corrects_what_a_cache_holds_of_the_post(prove: Prove) -> None:
    """The payload's post has the id and the counts that a normalising cache needs."""
    prove("records into its cache")


@pytest.mark.slow
def test_a_batch_corrects_what_a_cache_holds_of_every_post(prove: Prove) -> None:
    """A post that several inputs of a batch are about has its last counts in each payload."""
    prove("records a batch into its cache")


@pytest.mark.slow
def test_a_history_is_read_to_its_end_while_it_grows(prove: Prove) -> None:
    """Page by page from the newest, nothing is repeated and nothing lost that lay ahead."""
    prove("pages forwards while others record")


@pytest.mark.slow
def test_a_history_is_read_to_its_beginning_while_it_grows(prove: Prove) -> None:
    """Page by page from the oldest, nothing is repeated and nothing lost that lay ahead."""
    prove("pages backwards while others record")


@pytest.mark.slow
def test_an_unknown_id_leaves_the_other_nodes_be(prove: Prove) -> None:
    """Among the nodes asked for an unknown one is null, and no error to the client."""
    prove("gets known nodes beside unknown ones")


@pytest.mark.slow
def test_a_node_fetched_again_is_renewed_wherever_it_is_held(prove: Prove) -> None:
    """`node` gives the record that other operations gave, so one cache entry serves them all."""
    prove("refetches a node")


@pytest.mark.slow
def test_bad_input_reaches_the_clients_own_error_with_its_code(prove: Prove) -> None:
    """What a resolver, a variable's type or a missing variable refuses is BAD_USER_INPUT."""
    prove("learns what was wrong with its input")


@pytest.mark.slow
def test_a_subscription_over_a_websocket_gives_all_and_ends(prove: Prove) -> None:
    """Every event arrives in order, then the end, or a fault with its code."""
    prove("subscribes over a WebSocket")


@pytest.mark.slow
def test_a_subscription_by_server_sent_events_gives_all_and_ends(node: Node, server: str) -> None:
    """Every event arrives in order, then the end, or a fault with its code."""
    prover("@urql/core", node, server)("subscribes by server-sent events")


@pytest.mark.slow
def test_a_subscription_over_multipart_gives_all_and_ends(node: Node, server: str) -> None:
    """Every event arrives in order, then the end, or a fault with its code."""
    prover("@apollo/client", node, server)("subscribes over multipart")
