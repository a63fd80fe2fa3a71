"""Guards: resolvers that first ask whether the context may use them, so that plans can ask too."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from graphql import GraphQLResolveInfo


@dataclass(frozen=True, slots=True)
class Guarded:
    """A resolver behind a check of the operation's context, which raises what it refuses with."""

    check: Callable[[Any], None]
    resolve: Callable[..., Any]

    def __call__(self, source: Any, info: GraphQLResolveInfo[Any], **arguments: Any) -> Any:
        self.check(info.context)
        return self.resolve(source, info, **arguments)
