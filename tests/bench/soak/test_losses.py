"""The trials of `make soak` that no test of durability makes: a failover under load."""

import pytest

from bench.soak.losses import CLIENTS, TRIALS, survive

pytestmark = pytest.mark.slow


async def test_a_failover_loses_nothing_that_was_acknowledged() -> None:
    """A standby that had each commit goes on, and all acknowledged inputs are there once."""
    (trial,) = (each for each in TRIALS if each.has_standby)

    found = await survive(trial, "postgres", 1)

    assert found.wrong == ""
    assert found.acknowledged > CLIENTS
