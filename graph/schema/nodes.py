"""Nodes: whatever has a global id, found by it."""

from graph.context import Context
from graph.schema.types.global_ids import parse_global_id
from graph.schema.types.interactions import Interaction
from graph.schema.types.node import Node
from graph.schema.types.posts import Post
from graph.schema.types.users import User
from models.vocabulary import ID_LENGTH, Status
from resolvers.identity import is_alias
from resolvers.targets import BadId, check_text


async def node_of(id: str, context: Context) -> Node | None:
    """The node of a global id; None if it is unknown, or not for the caller to see."""
    match parse_global_id(id):
        case ("User", alias) if is_alias(alias):
            return None if context.caller.is_barred_from(alias) else User.of(alias)
        case ("Post", post_id):
            try:
                return Post.of(check_text(post_id, ID_LENGTH))
            except BadId:
                return None
        case ("Interaction", interaction_id):
            number = context.services.id_cipher.interaction_number(interaction_id)
            row = None if number is None else await context.loaders.interaction.load(number)
            if row is None or context.caller.is_barred_from(row.user_alias):
                return None
            if row.status == Status.SHOWN:
                return Interaction.of(row, context.services.id_cipher)
    return None
