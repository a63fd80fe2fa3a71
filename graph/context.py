"""What every field and route can reach: the services, the caller, the operation's loaders."""

import asyncio
from dataclasses import dataclass, field
from functools import cached_property, partial

from models.database.database import Database
from models.records import Micros
from models.vocabulary import PrivacyLevel
from resolvers.caller import Caller
from resolvers.clock import Clock
from resolvers.feed.count_watcher import CountWatcher
from resolvers.feed.log_subscriber import LogFanout
from resolvers.following.followers import Followers
from resolvers.history.batch_reader import BatchReaders
from resolvers.history.loader import Loader
from resolvers.history.loaders import Loaders
from resolvers.history.scan_budget import ScanBudget
from resolvers.id_cipher import IdCipher
from resolvers.identity import Identity
from resolvers.privacy.levels import Privacy
from resolvers.recording.affinity.affinity import Affinity
from resolvers.recording.recorder import Recorder
from resolvers.scoring.weights import Scoring
from resolvers.signals.preferences import Preferences, shown_preferences
from resolvers.signals.recommending.recommender import Recommender


@dataclass(frozen=True)
class Services:
    """The parts of the running server that outlive an operation."""

    database: Database
    identity: Identity
    id_cipher: IdCipher
    scoring: Scoring
    retention: Micros | None
    clock: Clock
    recorder: Recorder
    privacy: Privacy
    log: LogFanout
    counts: CountWatcher
    followers: Followers
    reads: BatchReaders
    recommender: Recommender
    default_level: PrivacyLevel = PrivacyLevel.FULL
    affinity: Affinity | None = None  # where several workers divide lanes


@dataclass
class Context:
    """The context of one operation."""

    services: Services
    caller: Caller
    #: The cursor of the last event that a client has got, where a subscription goes on.
    last_event_id: str | None = field(default=None, init=False)
    pages_asked: int = field(default=0, init=False)  # of histories
    _loaders: Loaders | None = field(default=None, init=False)

    @property
    def loaders(self) -> Loaders:
        """What fields ask for what they show; made when the first one asks."""
        if self._loaders is None:
            self._loaders = Loaders(
                self.services.reads, self.services.default_level, self._scan_budget
            )
        return self._loaders

    @property
    def _scan_budget(self) -> ScanBudget:
        return ScanBudget()

    @cached_property
    def now(self) -> Micros:
        """The moment that all scores of the operation are as of."""
        return self.services.clock()

    @cached_property
    def preferences(self) -> Loader[str, Preferences]:
        """What users prefer, by alias."""
        services = self.services
        return Loader(
            partial(
                shown_preferences,
                scoring=services.scoring,
                now=self.now,
                default_level=services.default_level,
            )
        )

    async def wait_for_slice(self) -> None:
        """Wait until a page that was read may be completed, in a slice of the event loop.

        Pages that were read together would be completed together, while all others wait.
        """
        if self.pages_asked > 1:
            async with self._one_page:
                await asyncio.sleep(0)

    @cached_property
    def _one_page(self) -> asyncio.Lock:
        return asyncio.Lock()

    def forget(self) -> None:
        """Drop what was loaded, because a write may have changed it."""
        self._loaders = None
        self.__dict__.pop("now", None)
        self.__dict__.pop("preferences", None)
