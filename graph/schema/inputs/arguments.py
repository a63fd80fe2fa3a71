"""Arguments that fields share, and the ids that clients name users and posts by, checked."""

from collections.abc import Callable, Sequence
from typing import Annotated

import strawberry

from graph.context import Context
from graph.schema.scalars import ID
from models.vocabulary import ID_LENGTH
from resolvers.errors import BadUserInput, Forbidden
from resolvers.history.filters import check_size
from resolvers.targets import BadId, check_text, checked_alias, user_alias

UserId = Annotated[
    ID | None, strawberry.argument(description="The user's id, 1 to 255 characters.")
]
HowMany = Annotated[int | None, strawberry.argument(description="How many: 0 to 100.")]
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


def alias_of(
    id: str | None,
    alias: str | None,
    context: Context,
    names: tuple[str, str] = ("id", "alias"),
) -> str:
    """The alias of the user whom a caller names by id or by alias, arguments of these names.

    Raises:
        BadUserInput: it is malformed, or there is not exactly one of the two.
        Forbidden: it is another than the one whose token the caller has.
    """
    _check_one(id, alias, names)
    id_name, alias_name = names
    if id is not None:
        found = well_formed(id_name, lambda: user_alias(id, context.services.identity))
    else:
        found = well_formed(alias_name, lambda: checked_alias(alias or ""))
    if context.caller.is_barred_from(found):
        raise Forbidden("a user's token reads its own user alone")
    return found


def aliases_of(
    ids: Sequence[str] | None, aliases: Sequence[str] | None, context: Context
) -> list[str]:
    """The aliases of at most 100 users whom a caller names by ids or by aliases, in their order.

    Raises:
        BadUserInput: one is malformed, there are more, or there is not exactly one of the two.
        Forbidden: one is another than the one whose token the caller has.
    """
    _check_one(ids, aliases, ("ids", "aliases"))
    if ids is not None:
        check_size("ids", len(ids))
        return [alias_of(id, None, context, ("ids", "aliases")) for id in ids]
    check_size("aliases", len(aliases or ()))
    return [alias_of(None, alias, context, ("ids", "aliases")) for alias in aliases or ()]


def _check_one(first: object, second: object, names: tuple[str, str]) -> None:
    if (first is None) == (second is None):
        got = "neither" if first is None else "both"
        message = f"got {got} of `{names[0]}` and `{names[1]}`; allowed is exactly one"
        raise BadUserInput(names[0], message)
