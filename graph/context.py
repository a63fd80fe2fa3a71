"""What a resolver of the schema can reach: the product, the caller, the operation's loaders."""

import asyncio
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING

from strawberry.types import Info as StrawberryInfo

from graph.loaders import Loaders
from models.database import Database
from models.records import Micros
from models.vocabulary import PrivacyLevel
from resolvers.caller import Caller
from resolvers.clock import Clock
from resolvers.identity import Identity
from resolvers.opaque import Opaque
from resolvers.privacy import Privacy
from resolvers.reads import Reads
from resolvers.recording import Recorder
from resolvers.scoring import Scoring

if TYPE_CHECKING:
    from graph.feed import Feed


@dataclass(frozen=True)
class Product:
    """The parts of the running server that outlive an operation."""

    database: Database
    identity: Identity
    opaque: Opaque
    scoring: Scoring
    retention: Micros | None
    clock: Clock
    recorder: Recorder
    privacy: Privacy
    feed: "Feed"
    reads: Reads
    default_level: PrivacyLevel = PrivacyLevel.FULL


@dataclass
class Context:
    """The context of one operation."""

    product: Product
    caller: Caller
    pages: int = field(default=0, init=False)  # that were asked for
    _loaders: Loaders | None = field(default=None, init=False)

    @property
    def loaders(self) -> Loaders:
        """What fields ask for what they show; made when the first one asks."""
        if self._loaders is None:
            self._loaders = Loaders(self.product.reads, self.product.default_level)
        return self._loaders

    @cached_property
    def turn(self) -> asyncio.Lock:
        """What keeps pages that were loaded together from being completed in one turn."""
        return asyncio.Lock()

    @cached_property
    def now(self) -> Micros:
        """The moment that all scores of the operation are as of."""
        return self.product.clock()

    def forget(self) -> None:
        """Drop what was loaded, because a write may have changed it."""
        self._loaders = None
        self.__dict__.pop("now", None)


Info = StrawberryInfo[Context, None]
