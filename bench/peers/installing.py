"""Installing the peers, in the versions that package.json and requirements.txt name."""

import json
import shutil
import subprocess
import sys
from pathlib import Path

HERE = Path(__file__).parent
INSTALLED = HERE / ".installed"
MODULES = INSTALLED / "node_modules"
PYTHON = INSTALLED / "python" / "bin" / "python"
_WANTED = ("package.json", ".npmrc", "requirements.txt")


def install() -> None:
    """Install what is not there yet, in a folder that git ignores.

    Raises:
        SystemExit: npm is missing, or something could not be installed.
    """
    if shutil.which("npm") is None or shutil.which("node") is None:
        raise SystemExit("bench-peers: needs node and npm")
    INSTALLED.mkdir(exist_ok=True)
    if all(_is_current(name) for name in _WANTED):
        return
    for name in ("package.json", ".npmrc"):
        shutil.copy(HERE / name, INSTALLED / name)
    _run(["npm", "install", "--silent", "--ignore-scripts"])
    if not PYTHON.exists():
        _run([sys.executable, "-m", "venv", str(PYTHON.parents[1])])
    pip = [str(PYTHON), "-m", "pip", "install", "--quiet", "--disable-pip-version-check"]
    _run([*pip, "--requirement", str(HERE / "requirements.txt")])
    shutil.copy(HERE / "requirements.txt", INSTALLED / "requirements.txt")


def versions() -> dict[str, str]:
    """What is installed for the peers, and what runs it."""
    node = subprocess.run(["node", "--version"], capture_output=True, text=True, check=True)
    found = {"node": node.stdout.strip().removeprefix("v")}
    for name in json.loads((HERE / "package.json").read_text())["dependencies"]:
        found[name] = json.loads((MODULES / name / "package.json").read_text())["version"]
    for line in (HERE / "requirements.txt").read_text().split():
        name, _, version = line.partition("==")
        found[f"{name} (Python)"] = version
    return found


def _is_current(name: str) -> bool:
    copy = INSTALLED / name
    return copy.exists() and copy.read_text() == (HERE / name).read_text()


def _run(command: list[str]) -> None:
    if subprocess.run(command, cwd=INSTALLED, check=False).returncode:
        raise SystemExit(f"bench-peers: {' '.join(command)} failed in {INSTALLED}")
