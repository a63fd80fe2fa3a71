"""Scripts of npm's clients in tests: where they lie, and what runs one."""

from collections.abc import Callable
from pathlib import Path

HERE = Path(__file__).parents[2] / "conformance"
ROOT = HERE.parents[1]
#: Runs a script with arguments and environment; what it printed.
Node = Callable[..., str]
