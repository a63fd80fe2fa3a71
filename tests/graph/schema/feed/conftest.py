"""What tests of the live feed are given: a server that listens, over either database."""

from collections.abc import AsyncIterator

import pytest

from tests.support.client import FixedClock
from tests.support.live.feeds import Feed, feeding, usual


@pytest.fixture
async def feed(database_url: str, clock: FixedClock) -> AsyncIterator[Feed]:
    """A server that tells what happens, over an empty database."""
    async with feeding(usual(database_url), clock) as feed:
        yield feed
