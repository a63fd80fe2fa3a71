"""Whole pages: read on where bounded reads ended early, as numbered pages and their counts need."""

from dataclasses import replace

from models.reading import history
from models.reading.history import Found, HistoryCursor, HistorySlice, Size
from resolvers.history.loaders import Loaders
from resolvers.history.pages import COUNT_LIMIT, Page, completed


async def whole_page(page: Page, loaders: Loaders) -> Page:
    """A page forward of one owner's history, read on until it is full or the history ends.

    Each read is bounded, so that those of others come between them.
    """
    last = page.slice
    while page.ended_at is not None:
        rows = page.interactions
        skip = 0 if rows else last.skip - await _passed_over(page, last, page.ended_at)
        limit = page.slice.limit - len(rows)
        last = replace(last, limit=limit, after=page.ended_at, skip=skip)
        found = await loaders.history(page.owners, page.filter, last)
        going_on = replace(page, more=False, ended_at=None)
        page = completed(going_on, Found([*rows, *found.rows], found.ended_at))
    return page


async def whole_count(page: Page, loaders: Loaders) -> int | None:
    """How many interactions the one owner's history of a whole page has; None beyond 10 000."""
    if page.is_counted_by_totals:
        return await page.count_by_totals(loaders)
    if not page.more and (page.interactions or not page.slice.skip):
        return page.slice.skip + len(page.interactions)  # it is the last one
    size = await _size(page, HistorySlice(COUNT_LIMIT + 1))
    count = size.count
    while size.ended_at is not None and count <= COUNT_LIMIT:
        size = await _size(page, HistorySlice(COUNT_LIMIT + 1 - count, after=size.ended_at))
        count += size.count
    return count if count <= COUNT_LIMIT else None


async def _passed_over(page: Page, slice: HistorySlice, end: HistoryCursor) -> int:
    """How many interactions a read of a slice passed over until it ended early, at `end`."""
    if not slice.skip:
        return 0
    before = HistoryCursor(end.occurred_at, end.id - 1)
    walked = replace(slice, limit=slice.skip, skip=0, before=before, bound=slice.most)
    return (await _size(page, walked)).count


async def _size(page: Page, slice: HistorySlice) -> Size:
    (owner,) = page.owners
    found = await history.sizes(owner.kind, [owner.id], page.filter, slice)
    return found[owner.id]
