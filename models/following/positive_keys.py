"""How a user's positives are found: by the texts on SQLite, by hashes in their place on PostgreSQL.

There an index has one number of 64 bits: the upper half is of the alias's hash, the lower half the
number of a post, or an ordinal. So all of a user lies together, and what is found is compared with
the alias as well, since two users may share half a hash.
"""

HASH = "hashtextextended({}, 0)"
"""What a user's rows lie together by, with a place for the alias."""

HIGHEST_ORDINAL = 2**31 - 1

_KEY = f"(({HASH} & -4294967296) | {{}})"


def of_post(row: str, alias: str, post: str, *, is_sqlite: bool) -> str:
    """That a row is of a user and a post; both are expressions."""
    plain = f"{row}.user_alias = {alias} AND {row}.post = {post}"
    return (
        plain if is_sqlite else _hashed(_key(row, "post"), f"= {_KEY.format(alias, post)}", plain)
    )


def in_order(row: str, alias: str, first: str, last: str, *, is_sqlite: bool) -> str:
    """That a row is of a user, and its ordinal from one to another; `first` may be below 0."""
    of_user = f"{row}.user_alias = {alias}"
    if is_sqlite:
        return f"{of_user} AND {row}.ordinal BETWEEN {first} AND {last}"
    low, high = _KEY.format(alias, f"greatest({first}, 0)"), _KEY.format(alias, last)
    return _hashed(_key(row, "ordinal"), f"BETWEEN {low} AND {high}", of_user)


def order(row: str, *, is_sqlite: bool) -> str:
    """What a user's rows are ordered by in the index that `in_order` goes along."""
    return f"{row}.ordinal" if is_sqlite else _key(row, "ordinal")


def _key(row: str, column: str) -> str:
    return _KEY.format(f"{row}.user_alias", f"{row}.{column}")


def _hashed(key: str, condition: str, plain: str) -> str:
    # As a number, which tells the planner nothing: it would else sort the few rows that it expects.
    return f"{key} {condition} AND ({plain})::int <> 0"
