"""Lag: for how long something was committed that is not followed yet."""

from dataclasses import dataclass
from time import monotonic


@dataclass(slots=True)
class Lag:
    """How far behind a follower is, as its process knows: since when, by its own clock.

    A round that fails leaves it behind. Where another process follows, it is not behind. While the
    database is away nobody could follow, so that time does not count, up to the next commit: that
    shows that it is there.
    """

    _since: float | None = None
    _since_begun: float | None = None
    _away_since: float | None = None
    _is_another_s: bool = False

    @property
    def seconds(self) -> float:
        """For how many seconds something was committed that it has not followed; 0 without any."""
        if self._since is None:
            return 0.0
        until = monotonic() if self._away_since is None else self._away_since
        return max(until - self._since, 0.0)

    @property
    def is_another_s(self) -> bool:
        """Whether another process follows."""
        return self._is_another_s

    def note(self) -> None:
        """Note that something was committed."""
        if self._is_another_s:
            return
        self._resume()
        now = monotonic()
        self._since = now if self._since is None else self._since
        self._since_begun = now if self._since_begun is None else self._since_begun

    def begin(self) -> None:
        """Begin a round, which may not follow what is noted from now on."""
        self._since_begun = None

    def end(self) -> None:
        """End a round that has followed all that was noted before it began."""
        self._since, self._since_begun = self._since_begun, None

    def leave(self) -> None:
        """Leave it to another process."""
        self._since, self._since_begun, self._away_since = None, None, None
        self._is_another_s = True

    def take(self) -> None:
        """Take it, as no other process is at it, and the database is there."""
        self._is_another_s = False
        self._resume()

    def pause(self) -> None:
        """Note that the database is away."""
        if self._away_since is None:
            self._away_since = monotonic()

    def _resume(self) -> None:
        """Leave out of what it is behind for how long the database was away."""
        if self._away_since is not None:
            now = monotonic()
            away, self._away_since = now - self._away_since, None
            self._since = _later(self._since, away, now)
            self._since_begun = _later(self._since_begun, away, now)


def _later(since: float | None, away: float, now: float) -> float | None:
    return None if since is None else min(since + away, now)
