"""What plans do by themselves, and what they leave to graphql-core."""

from dataclasses import dataclass, field
from typing import Any

import pytest

from graph.compiled.positions import ResponsePosition, Steps
from graph.compiled.running import Run


@dataclass
class Runs:
    """How many executions of plans there were, and the types of values that they left."""

    count: int = 0
    left: list[str] = field(default_factory=list)


def watched(monkeypatch: pytest.MonkeyPatch) -> Runs:
    """The executions of plans from now on, until the test ends."""
    runs, execute, complete = Runs(), Run.execute, Run.complete

    def executed(run: Run) -> Any:
        runs.count += 1
        return execute(run)

    def completed(run: Run, position: ResponsePosition, value: Any, steps: Steps) -> Any:
        runs.left.append(str(position.type))
        return complete(run, position, value, steps)

    monkeypatch.setattr(Run, "execute", executed)
    monkeypatch.setattr(Run, "complete", completed)
    return runs
