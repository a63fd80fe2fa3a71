"""What a resolver of the schema can reach: the product, the caller, the operation's loaders."""

from dataclasses import dataclass, field

from strawberry.types import Info as StrawberryInfo

from graph.loaders import Loaders
from resolvers.caller import Caller
from resolvers.identity import Identity
from resolvers.opaque import Opaque
from resolvers.recording import Recorder


@dataclass(frozen=True)
class Product:
    """The parts of the running server that outlive an operation."""

    identity: Identity
    opaque: Opaque
    recorder: Recorder


@dataclass
class Context:
    """The context of one operation."""

    product: Product
    caller: Caller
    loaders: Loaders = field(default_factory=Loaders)

    def forget(self) -> None:
        """Drop what was loaded, because a write may have changed it."""
        self.loaders = Loaders()


Info = StrawberryInfo[Context, None]
