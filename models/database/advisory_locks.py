"""The advisory locks that Trailmark takes on PostgreSQL, each by a number of its own."""

from enum import IntEnum


class AdvisoryLock(IntEnum):
    """What a lock is for. Never reuse a number: a server of another version may still take it.

    7_452_717_069_001 and 7_452_717_069_005 are used up: they were the lock of the log and that of
    fairness, before there were lanes.
    """

    MIGRATE = 7_452_717_069_002
    RECALCULATE = 7_452_717_069_003
    HOUSEKEEPING = 7_452_717_069_004

    FOLLOWING = 7_452_717_069_006
    """Held by the process whose followers read the log."""

    RANKING = 7_452_717_069_007
    """Held by the process that keeps ranks up with scores."""

    RANK_STEP = 7_452_717_069_008
    """Held by a transaction from before it reads scores until it has written their ranks."""

    FAIRNESS = 7_452_717_070_000
    """With a lane's number added, held by the process that may commit batch upon batch in that lane
    while others commit as well."""
