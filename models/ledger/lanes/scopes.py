"""The scope of a ledger: the lane that its transactions write, or all of them."""

from dataclasses import dataclass

from models.errors import LayoutChanged
from models.partitions import Layout


@dataclass(frozen=True, slots=True)
class Scope:
    """A lane of a layout; without a layout all lanes of whatever layout there is."""

    lane: int = 0
    layout: Layout | None = None

    @property
    def is_whole(self) -> bool:
        """Whether it is all lanes, for which the first stands."""
        return self.layout is None

    @property
    def is_only(self) -> bool:
        """Whether it is the one lane that there is."""
        return self.layout is not None and self.layout.lanes == 1

    @property
    def lock(self) -> str:
        """What begins a transaction by the lane's lock; those statements that follow see all."""
        return f"BEGIN; SELECT FROM log_head WHERE id = {self.lane} FOR UPDATE"

    def check(self, layout: Layout) -> None:
        """Make sure that a layout is the one that the lane is of.

        Raises:
            LayoutChanged: it is another.
        """
        if self.layout is not None and layout != self.layout:
            raise LayoutChanged


WHOLE = Scope()
