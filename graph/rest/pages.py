"""Numbered pages, as the older clients turn them."""

from urllib.parse import parse_qsl, urlencode

from starlette.datastructures import URL

from graph.rest.requests import PageNumberRequest
from resolvers.history.pages import COUNT_LIMIT, PageRequest


def page_request(request: PageNumberRequest) -> PageRequest:
    """The part of a history that a page is."""
    return PageRequest(first=request.page_size, skip=(request.page - 1) * request.page_size)


def listed_part(request: PageNumberRequest) -> slice:
    """The part of a list that a page is."""
    return slice((request.page - 1) * request.page_size, request.page * request.page_size)


def next_address(request: PageNumberRequest, url: URL, more: bool) -> str | None:
    """The address of the next page; None after the last one that can be asked for."""
    page = request.page + 1
    if not more or page * request.page_size > COUNT_LIMIT:
        return None
    return _turned(url, page)


def previous_address(request: PageNumberRequest, url: URL) -> str | None:
    """The address of the page before; None before the first."""
    if request.page == 1:
        return None
    return _turned(url, request.page - 1)


def _turned(url: URL, page: int) -> str:
    """The address of another page; the first has no number.

    starlette's own way caches the last 128 addresses, each as long as clients make it.
    """
    address, _, query = str(url).partition("?")
    named = [pair for pair in parse_qsl(query, keep_blank_values=True) if pair[0] != "page"]
    if page > 1:
        named.append(("page", str(page)))
    return f"{address}?{urlencode(named)}" if named else address
