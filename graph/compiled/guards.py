"""Guards: resolvers with a check before them, which plans can call by itself."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from graphql import GraphQLResolveInfo


@dataclass(frozen=True, slots=True)
class Guarded:
    """A resolver that runs only if a check of the operation's context raises nothing."""

    check: Callable[[Any], None]
    resolve: Callable[..., Any]

    def __call__(self, source: Any, info: GraphQLResolveInfo[Any], **arguments: Any) -> Any:
        self.check(info.context)
        return self.resolve(source, info, **arguments)
