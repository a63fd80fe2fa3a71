"""Numbered pages, as the older clients turn them."""

from starlette.datastructures import URL

from graph.rest.wishes import PageWish
from resolvers.histories import COUNT_LIMIT, Window


def window(wish: PageWish) -> Window:
    """The stretch of a history that a page is."""
    return Window(first=wish.page_size, skip=(wish.page - 1) * wish.page_size)


def stretch(wish: PageWish) -> slice:
    """The part of a list that a page is."""
    return slice((wish.page - 1) * wish.page_size, wish.page * wish.page_size)


def following(wish: PageWish, url: URL, more: bool) -> str | None:
    """The address of the next page; None after the last one that can be asked for."""
    page = wish.page + 1
    if not more or page * wish.page_size > COUNT_LIMIT:
        return None
    return str(url.include_query_params(page=page))


def preceding(wish: PageWish, url: URL) -> str | None:
    """The address of the page before; None before the first."""
    if wish.page == 1:
        return None
    if wish.page == 2:
        return str(url.remove_query_params("page"))
    return str(url.include_query_params(page=wish.page - 1))
