"""The trials of `make soak`, in short: what disturbs a server or its database under load."""

import pytest

from bench.soak.trials.ground import CLIENTS, Trial, Unable, survive
from bench.soak.trials.table import TRIALS

ANSWERS = 100
TIMES = {"kills of a session": 3, "floods past the queue": 2}
TESTED_ELSEWHERE = {
    "kills of the server",  # tests/durability/stopping/test_kill.py
    "restarts of the server",  # tests/durability/outages/test_outages.py
    "restarts of PostgreSQL",  # tests/durability/outages/test_postgres_outages.py
    "crashes of PostgreSQL",  # the same
}
SHORT = [
    pytest.param(trial, database, id=f"{trial.name}, {database}")
    for trial in TRIALS
    if trial.name not in TESTED_ELSEWHERE
    for database in trial.databases
]


def test_trials_have_names_of_their_own() -> None:
    """By which they are told apart, here and in the table of `make soak`."""
    names = [trial.name for trial in TRIALS]

    assert sorted(set(names)) == sorted(names)
    assert set(names) > TESTED_ELSEWHERE | TIMES.keys()


@pytest.mark.slow
@pytest.mark.parametrize(("trial", "database"), SHORT)
async def test_what_was_acknowledged_outlives(trial: Trial, database: str) -> None:
    """It is there once, totals are their rows', memory is as before, and soon all goes on."""
    try:
        found = await survive(trial, database, TIMES.get(trial.name, 1), ANSWERS)
    except Unable as error:
        pytest.skip(str(error))

    assert found.wrong == ""
    assert found.acknowledged > CLIENTS
