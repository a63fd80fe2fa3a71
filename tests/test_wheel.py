"""The wheel: what is in it, and that what it installs is what runs, wherever it is started."""

import os
import socket
import subprocess
import sys
import sysconfig
import time
import venv
from pathlib import Path
from zipfile import ZipFile

import httpx
import pytest

ROOT = Path(__file__).parents[1]
CLEAN = {
    name: value
    for name, value in os.environ.items()
    if "TRAILMARK" not in name and not name.startswith("PYTHON")
}
START_S = 60

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The wheel, built from this checkout."""
    folder = tmp_path_factory.mktemp("wheel")
    _pip("wheel", "--no-deps", "--wheel-dir", str(folder), str(ROOT))
    (file,) = folder.iterdir()
    return file


@pytest.fixture(scope="module")
def program(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The console script of an environment that has the wheel, and what it needs from this one."""
    folder = tmp_path_factory.mktemp("installed")
    venv.create(folder, symlinks=True)
    python = folder / "bin" / "python"
    _pip("--python", str(python), "install", "--no-deps", "--no-index", str(wheel))
    # Only now, or pip would find the project there already.
    (packages,) = folder.glob("lib/python*/site-packages")
    (packages / "needed.pth").write_text(sysconfig.get_path("purelib") + "\n")
    return folder / "bin" / "trailmark"


@pytest.fixture
def decoy(tmp_path: Path) -> Path:
    """A folder with packages of the product's names, which fail when they are imported."""
    for name in ("graph", "models", "resolvers", "migrations"):
        (tmp_path / name).mkdir()
        (tmp_path / name / "__init__.py").write_text("raise ImportError('the decoy')\n")
    return tmp_path


def test_the_wheel_holds_the_product_and_nothing_else(wheel: Path) -> None:
    """Its packages are the four of the product, with the migrations of both databases."""
    with ZipFile(wheel) as opened:
        names = set(opened.namelist())

    roots = {name.partition("/")[0] for name in names}
    (info,) = (root for root in roots if root.endswith(".dist-info"))
    assert roots == {"graph", "models", "resolvers", "migrations", info}
    for dialect in ("sqlite", "postgres"):
        files = {
            str(file.relative_to(ROOT)) for file in (ROOT / "migrations" / dialect).glob("*.py")
        }
        assert files
        assert files <= names


def test_the_wheel_holds_the_pages_that_were_built(wheel: Path) -> None:
    """Each file below graph/static, and not the build's own mark; none where none was built."""
    folder = ROOT / "graph" / "static"
    built = {str(file.relative_to(ROOT)) for file in folder.glob("*/**/*") if file.is_file()}

    with ZipFile(wheel) as opened:
        names = {name for name in opened.namelist() if name.startswith("graph/static/")}

    assert names == built


def test_the_installed_command_runs_the_installed_packages(program: Path, decoy: Path) -> None:
    """Started among packages of the same names, it migrates with its own."""
    ended = subprocess.run(
        [program, "migrate"], cwd=decoy, env=CLEAN, capture_output=True, text=True, timeout=60
    )

    names = (file.name for file in (ROOT / "migrations" / "sqlite").glob("[0-9]*.py"))
    applied = sorted(names, key=lambda name: int(name.partition("_")[0]))
    assert ended.stderr == "".join(f"applied {name}\n" for name in applied)
    assert ended.returncode == 0
    assert (decoy / "trailmark.db").exists()


@pytest.mark.parametrize("workers", ["1", "2"])
def test_the_installed_server_serves_the_installed_packages(
    program: Path, decoy: Path, workers: str
) -> None:
    """Its workers, which are processes of their own, find the installed packages too."""
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        port = listener.getsockname()[1]
    url = f"http://127.0.0.1:{port}"
    log = decoy / "log"

    with log.open("w") as said:
        process = subprocess.Popen(
            [program, "serve", "--port", str(port), "--workers", workers],
            cwd=decoy,
            env=CLEAN,
            stdout=said,
            stderr=said,
        )
    try:
        _wait(process, url, log)
        query = "{ actionTypes { action } }"
        answer = httpx.post(f"{url}/graphql", json={"query": query}).json()
    finally:
        process.terminate()
        process.wait(START_S)

    assert len(answer["data"]["actionTypes"]) == 25
    assert "decoy" not in log.read_text()
    assert (decoy / "trailmark.db.secret").exists()


def _wait(process: subprocess.Popen[bytes], url: str, log: Path) -> None:
    """Return once the server answers; fail if it ends before, or says nothing for a minute."""
    deadline = time.monotonic() + START_S
    while time.monotonic() < deadline:
        try:
            httpx.get(f"{url}/readyz").raise_for_status()
        except httpx.TransportError:
            pass
        else:
            return
        try:
            process.wait(0.05)
        except subprocess.TimeoutExpired:
            continue
        break
    raise AssertionError(f"no server at {url}:\n{log.read_text()}")


def _pip(*arguments: str) -> None:
    command = [sys.executable, "-m", "pip", "--disable-pip-version-check", "--quiet", *arguments]
    ended = subprocess.run(command, env=CLEAN, capture_output=True, text=True)
    assert ended.returncode == 0, ended.stderr
