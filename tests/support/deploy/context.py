"""What a build of an image is sent: the files of the checkout that .dockerignore lets in."""

import os
import re
import shutil
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).parents[3]


def copy_context(folder: Path) -> None:
    """Copy what is sent to a folder."""
    for name in sent():
        target = folder / name
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(ROOT / name, target)


def sent() -> Iterator[str]:
    """The files of this checkout that are sent."""
    lines = _lines()
    for folder, folders, names in os.walk(ROOT):
        inner = Path(folder).relative_to(ROOT)
        folders[:] = [each for each in folders if _may_hold(str(inner / each), lines)]
        yield from (str(inner / name) for name in names if is_sent(str(inner / name), lines))


def is_sent(name: str, lines: list[str]) -> bool:
    """Whether a file is sent by the lines of a .dockerignore: the last that matches counts."""
    taken = True
    for line in lines:
        if _matches(line.removeprefix("!"), name):
            taken = line.startswith("!")
    return taken


def _lines() -> list[str]:
    lines = (ROOT / ".dockerignore").read_text("utf-8").splitlines()
    return [line for line in lines if line and not line.startswith("#")]


def _may_hold(folder: str, lines: list[str]) -> bool:
    """Whether a folder is worth looking into."""
    return is_sent(folder, lines) or any(line.startswith(f"!{folder}/") for line in lines)


def _matches(pattern: str, name: str) -> bool:
    """A pattern matches a file, or a folder above it."""
    parts = re.escape(pattern).replace(r"\*\*/", "(?:.*/)?").replace(r"\*", "[^/]*")
    return re.fullmatch(f"{parts}(?:/.*)?", name) is not None
