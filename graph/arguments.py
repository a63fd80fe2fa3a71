"""Arguments: the ids that clients name users and posts by, checked."""

from collections.abc import Callable, Sequence
from typing import Annotated

import strawberry

from graph.context import Context
from graph.scalars import ID
from models.vocabulary import ID_LENGTH
from resolvers.errors import BadUserInput, Forbidden
from resolvers.histories import check_size
from resolvers.targets import BadId, check_text, checked_alias, user_alias

UserId = Annotated[
    ID | None, strawberry.argument(description="The user's id, 1 to 255 characters.")
]
UserAlias = Annotated[ID | None, strawberry.argument(description="The user's alias.")]


def well_formed(argument: str, check: Callable[[], str]) -> str:
    """What a check makes of an argument.

    Raises:
        BadUserInput: it is malformed; names the argument.
    """
    try:
        return check()
    except BadId as bad:
        raise BadUserInput(argument, bad.message) from None


def checked_post_id(argument: str, id: str) -> str:
    """A post's id.

    Raises:
        BadUserInput: it is malformed.
    """
    return well_formed(argument, lambda: check_text(id, ID_LENGTH))


def checked_post_ids(argument: str, ids: Sequence[str]) -> list[str]:
    """At most 100 posts' ids.

    Raises:
        BadUserInput: one is malformed, or there are more.
    """
    check_size(argument, len(ids))
    return [checked_post_id(argument, id) for id in ids]


def alias_of(id: str | None, alias: str | None, context: Context) -> str:
    """The alias of the user whom a caller names by id or by alias.

    Raises:
        BadUserInput: it is malformed, or there is not exactly one of the two.
        Forbidden: it is another than the one whose token the caller has.
    """
    if (id is None) == (alias is None):
        got = "neither" if id is None else "both"
        raise BadUserInput("id", f"got {got} of `id` and `alias`; allowed is exactly one")
    if id is not None:
        found = well_formed("id", lambda: user_alias(id, context.product.identity))
    else:
        found = well_formed("alias", lambda: checked_alias(alias or ""))
    if context.caller.is_barred_from(found):
        raise Forbidden("a user's token reads its own user alone")
    return found
