"""Names that are shown: those that are known, and some that come often; all others are one."""

from collections.abc import Iterable

MOST = 50
"""Names of operations that are shown beside those of trusted documents, in each process."""

OFTEN = 20
"""How often a name comes before it is shown: what a stranger makes up does not come again."""

CANDIDATES = 1_000
"""Names that are counted and not shown yet; beyond, all of them begin anew."""

LENGTH = 64  # of a name that is shown

OTHER = "other"


class ShownNames:
    """Decides which names are shown; one that is shown stays so."""

    def __init__(self, known: Iterable[str] = ()) -> None:
        self._shown = {name[:LENGTH] for name in known}
        self._limit = len(self._shown) + MOST
        self._counts = dict[str, int]()

    def shown(self, name: str) -> str:
        """The name that what has this one is counted under, this time."""
        name = name[:LENGTH]
        if name in self._shown:
            return name
        if len(self._shown) >= self._limit:
            return OTHER
        count = self._counts.get(name, 0) + 1
        if count >= OFTEN:
            self._counts.pop(name, None)
            self._shown.add(name)
            return name
        if len(self._counts) >= CANDIDATES and name not in self._counts:
            self._counts.clear()
        self._counts[name] = count
        return OTHER
