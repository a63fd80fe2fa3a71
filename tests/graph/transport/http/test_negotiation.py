"""Which form of an answer an Accept header asks for."""

import pytest

from graph.transport.http.negotiation import Form, best_form

JSON, GRAPHQL, EVENTS = Form.JSON, Form.GRAPHQL, Form.EVENTS
J, G, E = "application/json", "application/graphql-response+json", "text/event-stream"
APOLLO = f"{G},{J};q=0.9"
URQL = f"{G}, application/graphql+json, {J}, {E}, multipart/mixed"
BROWSER = "text/html,application/xhtml+xml,application/xml;q=0.9,image/avif,*/*;q=0.8"


@pytest.mark.parametrize(
    ("accept", "form"),
    [
        # One form alone, however it is written.
        (J, JSON),
        (G, GRAPHQL),
        (E, EVENTS),
        (f"{G};charset=utf-8", GRAPHQL),
        (f" {G} ; q=1 ", GRAPHQL),
        (G.upper(), GRAPHQL),
        (f"{E.title()};Q=1", EVENTS),
        (f"{G};q=0.001", GRAPHQL),
        (f"{E};q=0.001", EVENTS),
        # None of ours: JSON, which everyone reads.
        ("", JSON),
        (",", JSON),
        (";q=1", JSON),
        ("text/plain", JSON),
        (BROWSER, JSON),
        (f"{J};q=0", JSON),
        (f"{G};q=0", JSON),
        (f"{E};q=0", JSON),
        ("*/*;q=0", JSON),
        (f"{G}x", JSON),
        (f"x{E}", JSON),
        # Wildcards ask for nothing in particular.
        ("*/*", JSON),
        ("application/*", JSON),
        ("text/*", JSON),
        ("*", JSON),
        # JSON or GraphQL's own: the heavier; that which is named if they weigh the same.
        (f"{J}, {G}", GRAPHQL),
        (f"{G}, {J}", GRAPHQL),
        (APOLLO, GRAPHQL),
        (f"{G};q=0.9, {J}", JSON),
        (f"{G};q=0.5, {J};q=0.5", GRAPHQL),
        (f"{G};q=0.5, */*;q=0.5", GRAPHQL),
        (f"{G};q=0.5, */*", JSON),
        (f"{G};q=0, */*", JSON),
        (f"{G};q=0, {J};q=0", JSON),
        # The most specific range that holds a form gives its weight, wherever it stands.
        (f"*/*, {J};q=0", GRAPHQL),
        (f"{J};q=0, application/*;q=0.1", GRAPHQL),
        (f"*/*;q=0.1, application/*;q=0.9, {J};q=0.5", GRAPHQL),
        (f"application/*;q=0.2, {J};q=0.3, */*", JSON),
        # Events where they are asked for by name and above both others.
        (f"{E}, {J};q=0.9", EVENTS),
        (f"{J};q=0.9, {G};q=0.8, {E}", EVENTS),
        (f"{E}, */*;q=0.1", EVENTS),
        (f"{E}, {J}", JSON),
        (f"{E}, {G}", GRAPHQL),
        (f"{E}, */*", JSON),
        (f"{E};q=0.9, {G}", GRAPHQL),
        (f"text/*, {E};q=0.5, {J};q=0.9", JSON),
        (f"text/*, {J};q=0.9", JSON),
        (f"{E};q=0, {J};q=0", JSON),
        (URQL, GRAPHQL),
        # Malformed weights count nothing, those out of range as much as the nearest.
        (f"{G};q=high, {J};q=0.1", JSON),
        (f"{G};q=, {J};q=0.1", JSON),
        (f"{G};q, {J};q=0.1", JSON),
        (f"{G};q=nan", JSON),
        (f"{E};q=nan", JSON),
        (f"{J};q=nan, {E};q=0.5", EVENTS),
        (f"{E};q=inf, {J};q=1", JSON),
        (f"{E};q=2, {J};q=1", JSON),
        (f"{E};q=2, {J};q=0.9", EVENTS),
        (f"{G};q=-1, {J};q=0.1", JSON),
        (f"{G};v=1;q=0.5;x=y, {J};q=0.6", JSON),
    ],
)
def test_the_form_of_an_answer(accept: str, form: Form) -> None:
    """It is what the header weighs heaviest, JSON unless another form is named."""
    assert best_form(accept) is form
