"""One attack beside a steady caller: what the caller feels, and what memory the server takes."""

import asyncio
import time
from collections.abc import Callable
from dataclasses import dataclass

from bench.servers.usage import memory
from bench.soak.attacker import attacker
from bench.soak.attacks.table import Attack
from bench.soak.serving import Victim
from bench.soak.steady import Felt, ask_steadily

MIB = 2**20
TIMES = 5
"""How many times as long as in quiet the steady caller may wait, in 99 of 100 requests."""

ALWAYS_MS = 100.0
"""How long it may wait in any case."""

GROWTH = 64 * MIB
"""How much more memory than before the server may hold once an attack is over."""

SETTLES_S = 5.0
CALMS_S = 30.0
_GLANCE_S = 0.25
_LOOK_S = 0.05


@dataclass(frozen=True)
class Outcome:
    """What an attack did to the others. Memory is in bytes; `peak` is its highest meanwhile."""

    attack: Attack
    quiet: Felt
    beside: Felt
    before: int
    peak: int
    after: int
    told: dict[str, int]

    @property
    def ratio(self) -> float:
        return self.beside.p99_ms / self.quiet.p99_ms

    @property
    def allowed_ms(self) -> float:
        return max(ALWAYS_MS, TIMES * self.quiet.p99_ms)

    @property
    def harm(self) -> list[str]:
        """What others felt beyond what they may; nothing if all is well."""
        found = []
        if self.beside.p99_ms > self.allowed_ms:
            found.append(f"p99 {self.beside.p99_ms:.0f} ms; allowed {self.allowed_ms:.0f}")
        if self.after - self.before > GROWTH:
            found.append(f"{(self.after - self.before) // MIB} MiB more memory")
        if self.beside.failures:
            found.append(f"failures: {dict(self.beside.failures)}")
        return found


def endure(attack: Attack, victim: Victim, *, seconds: float, quiet_s: float) -> Outcome:
    """Ask in quiet, then beside an attack for so many seconds; what was felt."""
    with attacker(attack, victim.target) as process:
        _await_calm(victim)
        quiet = asyncio.run(ask_steadily(victim.target, quiet_s))
        before = memory(victim.pid)
        process.begin()
        beside, peak = asyncio.run(_beside(victim, seconds))
        told = process.end()
    after = _settled(lambda: memory(victim.pid), before + GROWTH)
    return Outcome(attack, quiet, beside, before=before, peak=peak, after=after, told=told)


def _await_calm(victim: Victim) -> None:
    """Return when nothing is felt any more of what was before, or that takes too long."""
    end = time.monotonic() + CALMS_S
    while time.monotonic() < end:
        if asyncio.run(ask_steadily(victim.target, _GLANCE_S)).p99_ms < ALWAYS_MS:
            return


async def _beside(victim: Victim, seconds: float) -> tuple[Felt, int]:
    peak = 0
    asking = asyncio.create_task(ask_steadily(victim.target, seconds))
    while not asking.done():
        peak = max(peak, memory(victim.pid))
        await asyncio.wait([asking], timeout=_LOOK_S)
    return asking.result(), peak


def _settled(measure: Callable[[], int], goal: int) -> int:
    """A measure as soon as it is at its goal; where it does not come to that, its last."""
    end = time.monotonic() + SETTLES_S
    while (found := measure()) > goal and time.monotonic() < end:
        time.sleep(_LOOK_S)
    return found
