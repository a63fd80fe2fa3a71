"""Rights: which caller may use which field, in one table; a test holds the whole schema to it.

What a user's token may see is narrower still where fields take ids or hold rows: those look at
`Caller.alias` themselves.
"""

from collections.abc import Callable, Mapping
from typing import Any

from graphql import GraphQLObjectType, GraphQLSchema, default_field_resolver

from graph.compiled.guards import Guarded
from resolvers.caller import Caller, Scope
from resolvers.errors import Forbidden

ADMIN = frozenset({Scope.ADMIN})
READERS = ADMIN | {Scope.READ}
USERS = READERS | {Scope.USER}
RECORDERS = ADMIN | {Scope.RECORD, Scope.USER}
OWNERS = ADMIN | {Scope.USER}
ALL = frozenset(Scope)

_DESCRIBED = ("authorAlias", "contentType", "hashtags", "places", "createdAt")

Rights = Mapping[str, Mapping[str, frozenset[Scope]]]

RIGHTS: Rights = {
    "Query": {
        "node": USERS,  # of a user's token: what is its own, and posts; else null
        "nodes": USERS,
        "viewer": USERS,
        "user": USERS,  # of a user's token: itself
        "users": READERS,
        "post": USERS,
        "posts": USERS,
        "interactions": USERS,  # of a user's token: its own
        "trendingPosts": USERS,
        "engagementScores": READERS,
        "targetStats": USERS,
        "activityStats": READERS,
        "recommendationOutcomes": READERS,
        "feedCursor": USERS,
        "actionTypes": USERS,
    },
    "Subscription": {
        "interactions": USERS,  # of a user's token: its own
        "postStats": USERS,
        "engagementScore": USERS,  # of a user's token: its own
    },
    "Mutation": {
        "recordInteraction": RECORDERS,  # of a user's token: its own
        "recordInteractions": RECORDERS,
        "undoInteraction": RECORDERS,
        "describePosts": ADMIN,
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
        **dict.fromkeys(_DESCRIBED, USERS),
        "stats": ALL,
        "viewerStates": USERS,
        "statesOf": READERS,
        "similar": USERS,
        "interactions": USERS,  # of a user's token: its own
    },
    "User": {
        "id": USERS,
        "alias": USERS,
        "privacy": USERS,
        "interactions": USERS,
        "counts": USERS,
        "engagementScore": USERS,
        "preferences": USERS,
        "feedSignals": USERS,
        "recommendations": USERS,
    },
}
"""Who may use the fields that lead to other data."""

VALUES = frozenset(
    {
        "ActionCount",
        "ActionTypeInfo",
        "ActivityBucket",
        "ActivityStats",
        "EngagementScore",
        "DescribePostsPayload",
        "EraseUserPayload",
        "Facet",
        "FeedEvent",
        "FeedSignal",
        "InputError",
        "InteractionConnection",
        "InteractionContext",
        "InteractionCounts",
        "InteractionEdge",
        "PageInfo",
        "PostStats",
        "PrivacySetting",
        "PrunePayload",
        "Rate",
        "Reason",
        "RecalculatePayload",
        "RecommendationOutcome",
        "Recommendations",
        "RecordInteractionPayload",
        "RecordInteractionsPayload",
        "ScoreComponent",
        "ScoredPost",
        "SetPrivacyPayload",
        "Target",
        "TargetStats",
        "UserPreferences",
    }
)
"""Types without rights of their own: they lead nowhere but to the types above."""


_SAME_FOR_ALL = frozenset(
    {
        *(f"Interaction.{name}" for name in RIGHTS["Interaction"].keys() - {"user"}),
        *(f"Post.{name}" for name in ("id", "postId", "stats", *_DESCRIBED)),
    }
)
"""Fields of other types that are the same for everyone who may use them."""


def is_user(caller: Caller) -> bool:
    """Whether a caller came with a user's token."""
    return caller.is_user


def audience(caller: Caller, fields: frozenset[str]) -> tuple[frozenset[Scope], str | None]:
    """What is equal for callers who see the same in a subscription's fields, named `Type.field`.

    A user's token may see in a field what another's does not, unless it is known that none does.
    """
    if all(_is_same_for_all(field) for field in fields):
        return caller.scopes, None
    return caller.scopes, caller.alias


def _is_same_for_all(field: str) -> bool:
    type_name, _, name = field.partition(".")
    is_free = type_name in VALUES or type_name == "Subscription" or name == "__typename"
    return is_free or field in _SAME_FOR_ALL


def enforce(schema: GraphQLSchema, rights: Rights = RIGHTS) -> None:
    """Guard every field; one that no rule names is for admins. Call once for a schema."""
    for type_name, type in schema.type_map.items():
        if type_name in VALUES or type_name.startswith("__"):
            continue
        if not isinstance(type, GraphQLObjectType):
            continue
        rules = rights.get(type_name, {})
        for name, field in type.fields.items():
            allowed, what = rules.get(name, ADMIN), f"{type_name}.{name}"
            if allowed == ALL:
                continue
            if field.subscribe is not None:
                field.subscribe = _guarded(field.subscribe, what, allowed)
            else:
                field.resolve = _guarded(field.resolve or default_field_resolver, what, allowed)


def _guarded(resolve: Callable[..., Any], what: str, allowed: frozenset[Scope]) -> Guarded:
    def check(context: Any) -> None:
        caller = context.caller
        if not caller.has_any(allowed):
            raise Forbidden(f"{what} is not for callers of scope {caller.scope_names}")

    return Guarded(check, resolve)
