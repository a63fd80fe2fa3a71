"""What the tests with npm's clients are given: their packages, and a server to drive."""

import os
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pkgutil import resolve_name

import httpx
import pytest

from tests.support.conformance.node import HERE, ROOT, Node

INSTALLED = HERE / "node_modules" / ".installed"
SECRET = "a secret of the conformance tests"  # noqa: S105
START_S = 30.0
RUN_S = 180.0
SWAPPED = (
    "hypothesis.core.RepresentationPrinter",
    "hypothesis.core.BUFFER_SIZE",
    "hypothesis.internal.conjecture.engine.BUFFER_SIZE",
    "hypothesis.strategies._internal.collections.BUFFER_SIZE",
)


@pytest.fixture(scope="module")
def kept_hypothesis() -> Iterator[None]:
    """Schemathesis swaps Hypothesis's printer and buffers in place; other tests want their own."""
    with pytest.MonkeyPatch.context() as patch:
        for path in SWAPPED:
            patch.setattr(path, resolve_name(path))
        yield


@pytest.fixture(scope="session")
def node() -> Node:
    """Runs a script of this folder (or of node_modules) and returns what it printed."""
    if shutil.which("node") is None:
        pytest.skip("node is not installed")
    if not INSTALLED.exists():
        pytest.skip("npm's clients are not installed: run `make conformance`")

    def run(script: str, *arguments: str, **environment: str) -> str:
        done = subprocess.run(
            ["node", script, *arguments],
            cwd=HERE,
            env=os.environ | environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            timeout=RUN_S,
        )
        assert done.returncode == 0, done.stdout
        return done.stdout

    return run


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of a real server over an SQLite file, with `Counting` to subscribe to."""
    folder = tmp_path_factory.mktemp("conformance")
    with socket.socket() as listening:
        listening.bind(("127.0.0.1", 0))
        port = listening.getsockname()[1]
    kept = {name: value for name, value in os.environ.items() if "TRAILMARK_" not in name}
    ours = {
        "TRAILMARK_DATABASE_URL": f"sqlite://{folder / 'conformance.db'}",
        "TRAILMARK_SECRET": SECRET,
    }
    process = subprocess.Popen(
        [sys.executable, "-m", "tests.support.conformance.server", str(port)],
        cwd=ROOT,
        env=kept | ours,
    )
    try:
        url = f"http://127.0.0.1:{port}"
        _wait_for(f"{url}/readyz", process)
        yield url
    finally:
        process.terminate()
        try:
            process.wait(START_S)
        except subprocess.TimeoutExpired:
            process.kill()
            raise


def _wait_for(url: str, process: subprocess.Popen[bytes]) -> None:
    deadline = time.monotonic() + START_S
    while time.monotonic() < deadline:
        assert process.poll() is None, "the server stopped"
        try:
            if httpx.get(url).status_code == 200:
                return
        except httpx.TransportError:
            pass
        time.sleep(0.1)
    raise AssertionError(f"{url} does not answer after {START_S} seconds")
