"""An attack as a process of its own, which gives way to all others.

`python -m bench.soak.attacker` reads an attack's name and its target as JSON from a line of its
input, says that it is ready, and begins at the next line. At the end of its input it prints how
often it was told what.
"""

import asyncio
import json
import os
import resource
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict
from typing import IO

import uvloop

from bench.soak.attacks.table import BY_NAME, Attack
from bench.soak.attacks.wire import Target

#: What a round that the server ended may raise.
_ENDED = (OSError, EOFError)
_STOPS_S = 10.0
NICEST = 19


class Attacker:
    """An attack under way."""

    def __init__(self, process: "subprocess.Popen[str]") -> None:
        self._process = process

    def begin(self) -> None:
        _into(self._process).write("\n")
        _into(self._process).flush()

    def end(self) -> dict[str, int]:
        """Stop it; how often it was told what."""
        said, _ = self._process.communicate()
        if self._process.returncode:
            raise RuntimeError(f"the attacker failed with exit code {self._process.returncode}")
        told: dict[str, int] = json.loads(said)
        return told


@contextmanager
def attacker(attack: Attack, target: Target) -> Iterator[Attacker]:
    """A process that is ready to attack, killed at the end unless it was stopped before."""
    process = subprocess.Popen(
        [sys.executable, "-m", "bench.soak.attacker"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    try:
        _into(process).write(json.dumps([attack.name, asdict(target)]) + "\n")
        _into(process).flush()
        assert process.stdout is not None
        if not process.stdout.readline():
            raise RuntimeError("the attacker did not become ready")
        yield Attacker(process)
    finally:
        process.kill()
        process.wait()


def _into(process: "subprocess.Popen[str]") -> IO[str]:
    assert process.stdin is not None
    return process.stdin


async def _attack(attack: Attack, target: Target) -> Counter[str]:
    told = Counter[str]()
    over = asyncio.get_running_loop().run_in_executor(None, sys.stdin.read)
    clients = [asyncio.create_task(_rounds(attack, target, told)) for _ in range(attack.clients)]
    failed, _ = await asyncio.wait([over, *clients], return_when=asyncio.FIRST_COMPLETED)
    for client in clients:
        client.cancel()
    await asyncio.wait(clients, timeout=_STOPS_S)
    for each in failed:
        each.result()
    return told


async def _rounds(attack: Attack, target: Target, told: Counter[str]) -> None:
    while True:
        try:
            told[await attack.send(target)] += 1
        except _ENDED as error:
            told[type(error).__name__] += 1
            await asyncio.sleep(0.01)


def _main() -> None:
    os.nice(NICEST)
    _, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
    name, target = json.loads(sys.stdin.readline())
    print("ready", flush=True)
    sys.stdin.readline()
    told = uvloop.run(_attack(BY_NAME[name], Target(**target)))
    print(json.dumps(told))
    sys.stdout.flush()
    os._exit(0)  # whatever is still being held


if __name__ == "__main__":
    _main()
