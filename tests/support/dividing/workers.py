"""The workers of a server: which processes they are."""

import re

from tests.support.durability.server import Server

_READY = re.compile(r"^\S+ \S+ (\d+) INFO graph\.server\.lifespan: ready ", re.MULTILINE)


def ready_workers(server: Server) -> list[int]:
    """The process ids of the workers that have said they are ready, in the order of that."""
    return [int(pid) for pid in _READY.findall(server.log)]
