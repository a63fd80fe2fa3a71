"""Rights: which caller may use which field, in one table; a test holds the whole schema to it.

It is the table of the contract's section 9. What a user's token may see is narrower still where
fields take ids or hold rows: those look at `Caller.alias` themselves.
"""

from collections.abc import Callable
from typing import Any

from graphql import GraphQLObjectType, GraphQLResolveInfo, GraphQLSchema

from resolvers.caller import Scope
from resolvers.errors import Forbidden

ADMIN = frozenset({Scope.ADMIN})
READERS = ADMIN | {Scope.READ}
USERS = READERS | {Scope.USER}
RECORDERS = ADMIN | {Scope.RECORD, Scope.USER}
OWNERS = ADMIN | {Scope.USER}
ALL = frozenset(Scope)

RIGHTS: dict[str, dict[str, frozenset[Scope]]] = {
    "Query": {
        "node": USERS,  # of a user's token: what is its own, and posts; else null
        "nodes": USERS,
        "viewer": USERS,
        "user": USERS,  # of a user's token: itself
        "post": USERS,
        "posts": USERS,
        "interactions": USERS,  # of a user's token: its own
        "trendingPosts": USERS,
        "engagementScores": READERS,
        "targetStats": USERS,
        "activityStats": READERS,
        "actionTypes": USERS,
    },
    "Mutation": {
        "recordInteraction": RECORDERS,  # of a user's token: its own
        "recordInteractions": RECORDERS,
        "undoInteraction": RECORDERS,
        "recalculateScores": ADMIN,
        "pruneInteractions": ADMIN,
        "setPrivacy": OWNERS,  # of a user's token: its own
        "eraseUser": OWNERS,
    },
    # A recording key reads what its payload shows: its own interaction, and a post's stats.
    "Interaction": {
        "id": ALL,
        "interactionId": ALL,
        "userAlias": ALL,
        "action": ALL,
        "target": ALL,
        "occurredAt": ALL,
        "recordedAt": ALL,
        "context": ALL,
        "post": ALL,
        "user": USERS,
    },
    "Post": {
        "id": ALL,
        "postId": ALL,
        "stats": ALL,
        "viewerStates": USERS,
        "interactions": USERS,  # of a user's token: its own
    },
    "User": {
        "id": USERS,
        "alias": USERS,
        "privacy": USERS,
        "interactions": USERS,
        "counts": USERS,
        "engagementScore": USERS,
    },
}
"""Who may use the fields that lead somewhere."""

VALUES = frozenset(
    {
        "ActionCount",
        "ActionTypeInfo",
        "ActivityBucket",
        "ActivityStats",
        "EngagementScore",
        "EraseUserPayload",
        "InputError",
        "InteractionConnection",
        "InteractionContext",
        "InteractionCounts",
        "InteractionEdge",
        "PageInfo",
        "PostStats",
        "PrivacySetting",
        "PrunePayload",
        "RecalculatePayload",
        "RecordInteractionPayload",
        "RecordInteractionsPayload",
        "ScoreComponent",
        "ScoredPost",
        "SetPrivacyPayload",
        "Target",
        "TargetStats",
    }
)
"""Types that are as free as the field that gave them: they lead nowhere but to those above."""


def enforce(schema: GraphQLSchema) -> None:
    """Guard every field of the table; call once for a schema."""
    for type_name, fields in RIGHTS.items():
        type = schema.get_type(type_name)
        if not isinstance(type, GraphQLObjectType):
            continue
        for name, allowed in fields.items():
            if allowed == ALL or name not in type.fields:
                continue
            field = type.fields[name]
            what = f"{type_name}.{name}"
            if field.subscribe is not None:
                field.subscribe = _guarded(field.subscribe, what, allowed)
            elif field.resolve is not None:
                field.resolve = _guarded(field.resolve, what, allowed)


def _guarded(
    resolve: Callable[..., Any], what: str, allowed: frozenset[Scope]
) -> Callable[..., Any]:
    def guarded(source: Any, info: GraphQLResolveInfo[Any], **arguments: Any) -> Any:
        scope = info.context.caller.scope
        if scope not in allowed:
            raise Forbidden(f"{what} is not for callers of scope {scope}")
        return resolve(source, info, **arguments)

    return guarded
