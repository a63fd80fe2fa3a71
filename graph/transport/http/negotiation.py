"""Which form of an answer a client accepts best."""

import math
from enum import StrEnum

from graph.short_cache import cached_if_short


class Form(StrEnum):
    """The media types of answers."""

    JSON = "application/json"
    GRAPHQL = "application/graphql-response+json"
    EVENTS = "text/event-stream"


@cached_if_short  # clients send few different headers, each of them many times
def best_form(accept: str) -> Form:
    """The form to answer in, by the weights of an Accept header (RFC 9110, 12.5.1).

    JSON, which every client reads, unless another form is named: GraphQL's own with no lesser
    weight, event streams with a greater one.
    """
    ranges = _ranges(accept)
    json = _weight(Form.JSON, ranges)
    graphql = _weight(Form.GRAPHQL, ranges)
    is_named = Form.GRAPHQL in ranges
    single = Form.GRAPHQL if graphql > json or (is_named and graphql == json > 0) else Form.JSON
    streams = ranges.get(Form.EVENTS, 0.0)
    return Form.EVENTS if streams > max(json, graphql, 0.0) else single


def _ranges(accept: str) -> dict[str, float]:
    """The media ranges that a header names, with their weights."""
    ranges = dict[str, float]()
    for part in accept.lower().split(","):
        media, *parameters = (each.strip() for each in part.split(";"))
        if media:
            ranges[media] = quality(parameters)
    return ranges


def _weight(form: Form, ranges: dict[str, float]) -> float:
    """How much a form is wanted, by the most specific range that holds it."""
    family = form.partition("/")[0]
    for each in (form.value, f"{family}/*", "*/*"):
        if each in ranges:
            return ranges[each]
    return 0.0


def quality(parameters: list[str]) -> float:
    """The weight that a media range has by its parameters, from 0 to 1."""
    for parameter in parameters:
        name, _, value = parameter.partition("=")
        if name.strip() == "q":
            try:
                quality = float(value)
            except ValueError:
                return 0.0
            return 0.0 if math.isnan(quality) else min(max(quality, 0.0), 1.0)
    return 1.0
