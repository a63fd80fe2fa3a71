"""Sockets: how large and how slow a request may be, and how many connections there may be."""

import resource
from enum import Enum, auto

HEAD_BYTES = 64 * 1024
HEAD_LINES = 100

HEAD_S = 10.0
"""How long the head of a request may take, the first one counted from the connection's start."""

BODY_S = 30.0
"""How long a body may take whatever its size; a slower one must keep up `BODY_RATE`."""

BODY_RATE = 1_000
"""Bytes a second that a body must have come at, counted from its beginning."""

BODY_LIMIT_S = 120.0

LOOK_S = 10.0
"""The longest pause between two looks at a connection."""

RESERVED_DESCRIPTORS = 64
"""Descriptors kept for the database, files and the log: a tenth of all, and at least so many."""


class HeadTooLarge(Exception):
    """A head has more lines or bytes than allowed."""


class Phase(Enum):
    """What a connection waits for from its client."""

    NOTHING = auto()
    HEAD = auto()
    BODY = auto()


class Receiving:
    """What a client has sent of the request that is being received, and since when."""

    __slots__ = ("begun", "head_size", "lines", "phase", "since", "size", "unparsed")

    def __init__(self, now: float) -> None:
        self.begun = 0  # heads
        self.begin_head(now)

    def begin_head(self, now: float) -> None:
        """A head is awaited from now on."""
        self.begun += 1
        self.phase, self.since = Phase.HEAD, now
        self.lines = self.head_size = self.size = self.unparsed = 0

    def begin_body(self, now: float) -> None:
        """The head is there, a body may follow."""
        self.phase, self.since, self.size = Phase.BODY, now, 0

    def end(self) -> None:
        """The request is there as a whole."""
        self.phase = Phase.NOTHING

    @property
    def is_between(self) -> bool:
        """Whether nothing has come of the next request."""
        return self.phase is Phase.NOTHING or (self.begun == 1 and not self.unparsed)

    def take_line(self, size: int) -> None:
        """Count a line of the head, or one behind the body.

        Raises:
            HeadTooLarge: it is one too many, or there are too many bytes.
        """
        self.lines += 1
        self.head_size += size
        if self.lines > HEAD_LINES or self.head_size > HEAD_BYTES:
            raise HeadTooLarge

    def take_unparsed(self, size: int) -> None:
        """Count bytes that are within one head, which may hold a line that has no end.

        Raises:
            HeadTooLarge: there are too many.
        """
        self.unparsed += size
        if self.unparsed > HEAD_BYTES:
            raise HeadTooLarge

    def take_body(self, size: int) -> None:
        """Count bytes of the body."""
        self.size += size

    def seconds_left(self, now: float) -> float | None:
        """How long the client may go on as it does; None if nothing is awaited from it."""
        taken = now - self.since
        if self.phase is Phase.NOTHING:
            return None
        if self.phase is Phase.HEAD:
            return HEAD_S - taken
        allowed = min(BODY_LIMIT_S, max(BODY_S, self.size / BODY_RATE))
        return allowed - taken


def connection_limit() -> int:
    """How many connections the process's descriptors allow, less a reserve."""
    allowed, _ = resource.getrlimit(resource.RLIMIT_NOFILE)
    if allowed == resource.RLIM_INFINITY:
        return 1_000_000
    return max(1, allowed - max(RESERVED_DESCRIPTORS, allowed // 10))


def raise_descriptor_limit() -> None:
    """Allow this process and those it starts as many descriptors as the system lets it have."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    if soft != hard:
        resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
