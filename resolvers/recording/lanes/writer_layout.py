"""The writers of one number of lanes, and the ledgers that they write by."""

from collections.abc import Sequence
from dataclasses import dataclass

from models.ledger.opening import Ledgers
from resolvers.recording.writer import Writer


@dataclass(frozen=True, slots=True)
class WriterLayout:
    """A writer for each lane; `whole` runs what concerns more than one. A single lane's is both."""

    ledgers: Ledgers
    lanes: Sequence[Writer]
    whole: Writer

    @property
    def writers(self) -> Sequence[Writer]:
        """All of them, each once."""
        return self.lanes if len(self.lanes) == 1 else [*self.lanes, self.whole]

    @property
    def waiting(self) -> int:
        """How many submissions wait to be committed."""
        return sum(writer.waiting for writer in self.lanes)
