"""The schema: its snapshot, and that it explains itself."""

from collections.abc import Iterator

from graphql import (
    GraphQLEnumType,
    GraphQLInputObjectType,
    GraphQLInterfaceType,
    GraphQLNamedType,
    GraphQLObjectType,
    is_introspection_type,
)

from tests.support.shared.documents import plain_schema
from tests.support.snapshot import FILE, text


def test_the_snapshot_is_the_schema() -> None:
    """What the schema promises changes only together with graph/schema.graphql."""
    assert FILE.read_text() == text(), "the schema changed; run `make schema`"


def test_everything_in_the_schema_has_a_description() -> None:
    """Every type, field, argument, enum value and input field says what it is."""
    types = [each for each in plain_schema().type_map.values() if not is_introspection_type(each)]

    undescribed = [name for each in types for name, said in _described(each) if not said]

    assert {"Query", "Mutation", "DateTime", "ActionType"} <= {each.name for each in types}
    assert undescribed == []


def _described(type: GraphQLNamedType) -> Iterator[tuple[str, str | None]]:
    """Everything within a type that can be described, by name, and its description."""
    yield type.name, type.description
    match type:
        case GraphQLObjectType() | GraphQLInterfaceType():
            for name, field in type.fields.items():
                yield f"{type.name}.{name}", field.description
                for argument, given in field.args.items():
                    yield f"{type.name}.{name}({argument})", given.description
        case GraphQLInputObjectType():
            for name, wanted in type.fields.items():
                yield f"{type.name}.{name}", wanted.description
        case GraphQLEnumType():
            for name, value in type.values.items():
                yield f"{type.name}.{name}", value.description
