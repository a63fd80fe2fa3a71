"""Authorship: who is erased is named as the author of no post any more."""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import replace
from typing import Any

from models.ledger.ledger import Judge
from models.reading.signals.descriptions import posts_of_author
from models.records import Changes, Known, StoredRemoval, Wanted
from resolvers.signals.descriptions import find_anew

POSTS_AT_ONCE = 100

Commit = Callable[[Wanted, Judge[Any]], Awaitable[Any]]


async def take_out_author(removal: StoredRemoval, commit: Commit) -> None:
    """Take a user who is erased out of all descriptions of posts, some in each transaction.

    What else is said about those posts stays: it is the site's. So does all of it where a level
    is lowered, which is about what the user does.
    """
    alias = removal.user_alias
    while removal.erase and (post_ids := await posts_of_author(alias, POSTS_AT_ONCE)):
        await commit(Wanted(posts=set(post_ids)), _without(alias, post_ids))


def _without(alias: str, post_ids: Sequence[str]) -> Judge[None]:
    def judged(known: Known) -> tuple[Changes, None]:
        changes = Changes(known.last_number)
        for post_id in post_ids:
            row = known.posts.get(post_id)
            if row is not None and row.author_alias == alias:
                changes.posts[post_id] = replace(row, author_alias=None)
                find_anew(changes, post_id, changes.posts[post_id])
        return changes, None

    return judged
