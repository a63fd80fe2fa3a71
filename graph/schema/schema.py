"""The schema: composed here, built once for a process."""

import strawberry
from graphql import GraphQLInputObjectType, GraphQLObjectType, Undefined
from strawberry.schema.config import StrawberryConfig

from graph.schema.mutation import Mutation
from graph.schema.query import Query
from graph.schema.scalars import SCALARS
from graph.schema.subscription import Subscription
from graph.schema.types.interactions import Interaction
from graph.schema.types.posts import Post
from graph.schema.types.users import User


def build(subscription: type = Subscription) -> strawberry.Schema:
    """The schema, ready to execute."""
    schema = strawberry.Schema(
        query=Query,
        mutation=Mutation,
        subscription=subscription,
        types=[Interaction, Post, User],
        config=StrawberryConfig(scalar_map=SCALARS),
    )
    _drop_null_defaults(schema)
    return schema


def _drop_null_defaults(schema: strawberry.Schema) -> None:
    """Make what is optional in Python optional in the schema, not `= null` there."""
    for named in schema._schema.type_map.values():
        if isinstance(named, GraphQLInputObjectType):
            optional = list(named.fields.values())
        elif isinstance(named, GraphQLObjectType):
            optional = [each for field in named.fields.values() for each in field.args.values()]
        else:
            continue
        for each in optional:
            if each.default_value is None:
                each.default_value = Undefined
