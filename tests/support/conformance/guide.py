"""docs/frontend.md as code: its blocks in files, for a server and a back end at ports of a test."""

import re
import subprocess
from pathlib import Path

from tests.support.conformance.node import HERE, ROOT

PAGE = ROOT / "docs" / "frontend.md"
BLOCK = re.compile(r"^```(\w+)\n(.*?)^```$", re.DOTALL | re.MULTILINE)
PORTS = re.compile(r"\b(?:8000|3000)\b")
NAMED = re.compile(r"(?:#|//|<!--) ([\w.]+)(?: -->)?\n")


def blocks() -> list[tuple[str, str]]:
    """The language and the text of each block, in order."""
    return BLOCK.findall(PAGE.read_text("utf-8"))


def files() -> list[str]:
    """The files that the blocks name in their first lines; none where a block is for a shell."""
    named = [NAMED.match(text) for _, text in blocks()]
    return [match[1] if match else "" for match in named]


def write(folder: Path, *, server: int, backend: int) -> None:
    """Write each block to the file that it names, beside npm's packages.

    `server` and `backend` are the ports that stand in for the page's 8000 and 3000.
    """
    (folder / "node_modules").symlink_to(HERE / "node_modules")
    (folder / "package.json").write_text('{"type": "module"}')
    for name, (_, text) in zip(files(), blocks(), strict=True):
        if name:
            at_ports = PORTS.sub(
                lambda found: str({"8000": server, "3000": backend}[found[0]]), text
            )
            (folder / name).write_text(at_ports, "utf-8")


def settings(backend: int) -> dict[str, str]:
    """What the page exports before it starts the server."""
    ((_, text),) = [block for block in blocks() if block[0] == "sh"]
    script = 'make() { [ "$1" = serve ] && env; }\n' + text.replace("3000", str(backend))
    shell = subprocess.run(["bash", "-c", script], capture_output=True, text=True, check=True)
    exported = dict(line.split("=", 1) for line in shell.stdout.splitlines() if "=" in line)
    return {name: value for name, value in exported.items() if name.startswith("TRAILMARK_")}
