"""The short form of `make soak`: the attacks that used to stop a server, each for a second."""

import pytest

from bench.soak.attacks.table import ATTACKS, Attack
from bench.soak.beside import GROWTH, Outcome, endure
from bench.soak.serving import Victim, victim

ROWS = 300_000
SECONDS, QUIET_S = 1.0, 0.4
TRIES = 3
SHARED = 3
"""How many times as long as on a machine of its own a caller may wait beside other tests."""


def test_attacks_have_names_of_their_own() -> None:
    """By which they are chosen and told apart."""
    names = [attack.name for attack in ATTACKS]

    assert sorted(set(names)) == sorted(names)


@pytest.mark.slow
def test_no_attack_stops_others_or_takes_the_memory() -> None:
    """Beside each a steady caller is answered every time, without waiting for seconds.

    Where a moment of the machine's own is in the way, it is measured again, up to three times.
    """
    with victim("sqlite", ROWS) as attacked:
        harm = {
            attack.name: found
            for attack in ATTACKS
            if attack.is_telling and (found := _harm(attack, attacked))
        }

    assert harm == {}


def _harm(attack: Attack, attacked: Victim) -> list[str]:
    found: list[str] = []
    for _ in range(TRIES):
        found = _felt(endure(attack, attacked, seconds=SECONDS, quiet_s=QUIET_S))
        if not found:
            break
    return found


def _felt(outcome: Outcome) -> list[str]:
    found = [str(failure) for failure in outcome.beside.failures]
    if outcome.beside.p99_ms > SHARED * outcome.allowed_ms:
        found.append(f"{outcome.beside.p99_ms:.0f} ms")
    if outcome.after - outcome.before > GROWTH:
        found.append(f"{outcome.after - outcome.before} bytes")
    return found
