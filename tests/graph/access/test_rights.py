"""The table of rights: the whole schema is in it, and each of its guards bites."""

from collections.abc import Iterator

import pytest
from graphql import GraphQLObjectType, GraphQLResolveInfo, get_named_type

from graph.access.rights import ALL, RIGHTS, VALUES
from graph.server.app import _build_schema
from resolvers.caller import Caller, Scope
from resolvers.errors import Forbidden
from tests.support.shared.documents import plain_schema

SCHEMA = plain_schema()
TYPES = {
    name: type
    for name, type in SCHEMA.type_map.items()
    if isinstance(type, GraphQLObjectType) and not name.startswith("__")
}
ENFORCED = _build_schema()._schema
TO_COME: set[str] = set()
"""Fields and types that the table names ahead of the schema."""


class _Info:
    """As much of an operation as a guard looks at."""

    def __init__(self, scope: Scope) -> None:
        self.context = self
        self.caller = Caller(scopes=frozenset({scope}))


def _guarded() -> Iterator[tuple[str, str, Scope]]:
    """Each field with each scope that it is not for."""
    for type_name, fields in RIGHTS.items():
        for name, allowed in fields.items():
            for scope in Scope:
                if scope not in allowed:
                    yield type_name, name, scope


def test_every_field_of_every_type_has_a_rule() -> None:
    """A type is one of values, or each of its fields is named."""
    lacking = [
        f"{name}.{field}"
        for name, type in TYPES.items()
        for field in type.fields
        if name not in VALUES and field not in RIGHTS.get(name, ())
    ]

    assert lacking == []


def test_no_type_is_under_both_rules() -> None:
    """What a rule says of a type is all that is said."""
    assert VALUES & set(RIGHTS) == set()


def test_the_rules_name_nothing_that_is_not_in_the_schema() -> None:
    """A rule for a name that was mistyped would guard nothing."""
    unknown = {name for name in VALUES | set(RIGHTS) if name not in TYPES}
    unknown |= {
        f"{name}.{field}"
        for name, fields in RIGHTS.items()
        for field in fields
        if name in TYPES and field not in TYPES[name].fields
    }

    assert unknown == TO_COME


def test_types_of_values_lead_only_to_types_with_rules() -> None:
    """So nothing is reached through them that no rule covers."""
    leading = {
        f"{name}.{field_name}": get_named_type(field.type).name
        for name in VALUES
        for field_name, field in TYPES[name].fields.items()
        if isinstance(get_named_type(field.type), GraphQLObjectType)
    }

    uncovered = {path: to for path, to in leading.items() if to not in VALUES and to not in RIGHTS}
    assert uncovered == {}


def test_interfaces_and_unions_are_of_types_with_rules() -> None:
    """What is selected on an interface is resolved on its type, where the guard is."""
    for type in SCHEMA.type_map.values():
        if type.name.startswith("__") or not hasattr(type, "resolve_type"):
            continue
        for possible in SCHEMA.get_possible_types(type):  # type: ignore[arg-type]
            assert possible.name in RIGHTS, f"{type.name} may be a {possible.name}"


def test_no_scope_may_do_what_its_line_does_not_say() -> None:
    """The fields of the roots by scope, which are all that it may use."""
    may = {
        scope: {
            name
            for root in ("Query", "Mutation")
            for name, allowed in RIGHTS[root].items()
            if scope in allowed
        }
        for scope in Scope
    }

    recording = {"recordInteraction", "recordInteractions", "undoInteraction"}
    reading = set(RIGHTS["Query"])
    assert may == {
        Scope.RECORD: recording,
        Scope.READ: reading,
        Scope.ADMIN: reading | set(RIGHTS["Mutation"]),
        Scope.USER: recording
        | (reading - {"users", "engagementScores", "activityStats", "recommendationOutcomes"})
        | {"setPrivacy", "eraseUser"},
    }


@pytest.mark.parametrize(("type_name", "name", "scope"), [*_guarded()])
def test_a_guard_bites(type_name: str, name: str, scope: Scope) -> None:
    """What resolves or subscribes to a field is not even called for a scope that it is not for."""
    type = ENFORCED.type_map[type_name]
    assert isinstance(type, GraphQLObjectType)
    field = type.fields[name]
    resolve = field.subscribe or field.resolve
    info: GraphQLResolveInfo[_Info] = _Info(scope)  # type: ignore[assignment]

    assert resolve is not None, f"{type_name}.{name} has no resolver to guard"
    with pytest.raises(Forbidden) as refused:
        resolve(None, info)

    assert str(refused.value) == f"{type_name}.{name} is not for callers of scope {scope}"


def test_fields_for_all_need_no_guard() -> None:
    """Only what a payload shows is for all: of an interaction and of a post."""
    for_all = {type for type, fields in RIGHTS.items() if ALL in fields.values()}

    assert for_all == {"Interaction", "Post"}
