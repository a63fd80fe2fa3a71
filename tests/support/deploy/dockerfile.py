"""A Dockerfile, read as far as the one of deploy/container goes."""

import json
import re
import shlex
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

_FLAG = re.compile(r"--(\w[\w-]*)=(\S+)\s+")


@dataclass(frozen=True)
class Instruction:
    """One instruction: its name, its flags, and the rest of its text."""

    name: str
    text: str
    flags: dict[str, str] = field(default_factory=dict)

    @property
    def is_exec(self) -> bool:
        """Whether its arguments are JSON, so that no shell reads them."""
        return self.text.startswith("[")

    @property
    def arguments(self) -> list[str]:
        """What it names, in either form."""
        if self.is_exec:
            words: list[str] = json.loads(self.text)
            return words
        return shlex.split(self.text)


def read(file: Path) -> dict[str, list[Instruction]]:
    """The stages of a Dockerfile by their names, each with its instructions; the last is `""`."""
    stages = dict[str, list[Instruction]]()
    for each in _instructions(file.read_text("utf-8")):
        if each.name == "FROM":
            image, _, name = each.text.partition(" AS ")
            stages[name] = []
            each = Instruction("FROM", image)
        stages[next(reversed(stages))].append(each)
    return stages


def _instructions(text: str) -> Iterator[Instruction]:
    lines = "\n".join(line for line in text.splitlines() if not line.startswith("#"))
    for line in re.sub(r"\\\n\s*", "", lines).splitlines():
        if line.strip():
            name, _, rest = line.partition(" ")
            flags = dict[str, str]()
            while found := _FLAG.match(rest):
                flags[found[1]], rest = found[2], rest[found.end() :]
            yield Instruction(name, rest.strip(), flags)
