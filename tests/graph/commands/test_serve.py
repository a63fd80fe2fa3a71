"""`trailmark serve`: where it listens, and under which path it is."""

import asyncio
import os
import socket
import subprocess
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from pathlib import Path

import httpx
import pytest

from tests.support.durability.server import PROGRAM, until_awaited

QUERY = {"query": "{ __typename }"}


def _started(folder: Path, *options: str, pass_fds: Sequence[int] = ()) -> subprocess.Popen[bytes]:
    """`trailmark serve` over a database of its own; what it says goes to `log`."""
    kept = {name: value for name, value in os.environ.items() if "TRAILMARK" not in name}
    environment = kept | {"TRAILMARK_DATABASE_URL": f"sqlite://{folder / 'trailmark.db'}"}
    with (folder / "log").open("wb") as log:
        return subprocess.Popen(
            [PROGRAM, "serve", *options], pass_fds=pass_fds, env=environment, stdout=log, stderr=log
        )


@asynccontextmanager
async def _on_socket(folder: Path, *options: str) -> AsyncIterator[httpx.AsyncClient]:
    """A server on a Unix socket, over a database of its own."""
    socket = folder / "trailmark.sock"
    process = _started(folder, "--uds", str(socket), *options)
    transport = httpx.AsyncHTTPTransport(uds=str(socket))
    try:
        async with httpx.AsyncClient(transport=transport, base_url="http://localhost") as http:

            async def is_ready() -> bool:
                try:
                    return (await http.get("/readyz")).status_code == 200
                except httpx.TransportError:
                    return False

            await until_awaited(is_ready, 60)
            yield http
    finally:
        process.terminate()
        process.wait(30)


@pytest.mark.slow
@pytest.mark.parametrize("workers", ["1", "2"])
async def test_it_listens_on_a_unix_socket(tmp_path: Path, workers: str) -> None:
    """Whoever reaches that is on this machine, as on a loopback address."""
    async with _on_socket(tmp_path, "--workers", workers) as http:
        answer = await http.post("/graphql", json=QUERY)

    assert answer.json() == {"data": {"__typename": "Query"}}
    assert f"Trailmark on unix:{tmp_path / 'trailmark.sock'} ·" in (tmp_path / "log").read_text()


@pytest.mark.slow
async def test_it_is_under_a_path_that_is_said(tmp_path: Path) -> None:
    """In each of its workers, and in what it says."""
    async with _on_socket(tmp_path, "--workers", "2", "--root-path", "/apps/x/") as http:
        document = (await http.get("/apps/x/openapi.json")).json()

    assert document["servers"] == [{"url": "/apps/x"}]
    assert "trailmark.sock/apps/x ·" in (tmp_path / "log").read_text()


@asynccontextmanager
async def _handed(
    folder: Path, listener: socket.socket, *options: str
) -> AsyncIterator[subprocess.Popen[bytes]]:
    """A server that is handed a socket which listens already."""
    handed = listener.fileno()
    process = _started(folder, "--fd", str(handed), *options, pass_fds=[handed])
    try:
        yield process
    finally:
        process.terminate()
        process.wait(30)


@pytest.mark.slow
@pytest.mark.parametrize("workers", ["1", "2"])
@pytest.mark.parametrize("family", [socket.AF_INET, socket.AF_UNIX])
async def test_it_listens_on_a_socket_that_it_is_handed(
    tmp_path: Path, family: socket.AddressFamily, workers: str
) -> None:
    """As systemd does: who connects before it is ready waits, and loses nothing."""
    with socket.socket(family) as listener:
        path = str(tmp_path / "handed.sock")
        listener.bind(path if family == socket.AF_UNIX else ("localhost", 0))
        listener.listen()
        uds = path if family == socket.AF_UNIX else None
        transport = httpx.AsyncHTTPTransport(uds=uds)
        port = 80 if uds else listener.getsockname()[1]
        base_url = f"http://localhost:{port}"
        async with (
            _handed(tmp_path, listener, "--workers", workers),
            httpx.AsyncClient(transport=transport, base_url=base_url, timeout=60) as http,
        ):
            answer = await http.post("/graphql", json=QUERY)

    assert answer.json() == {"data": {"__typename": "Query"}}
    assert (tmp_path / "log").read_text().startswith("Trailmark on descriptor ")


@pytest.mark.slow
async def test_what_comes_over_a_handed_socket_waits_for_nothing(tmp_path: Path) -> None:
    """A head and a body are two writes; the second must not wait until the first has arrived."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        base_url = f"http://127.0.0.1:{listener.getsockname()[1]}"
        async with _handed(tmp_path, listener):
            await asyncio.to_thread(httpx.get, f"{base_url}/healthz", timeout=60)  # it is up
            async with httpx.AsyncClient(base_url=base_url) as http:
                took = [(await http.get("/healthz")).elapsed.total_seconds() for _ in range(50)]

    assert sorted(took)[12] < 0.03  # where it waits, nearly all take 0.044


@pytest.mark.parametrize(
    ("listens", "why"),
    [(True, "is open to others, and no credentials are configured"), (False, "does not listen")],
)
async def test_a_socket_that_cannot_be_served_is_told(
    tmp_path: Path, listens: bool, why: str
) -> None:
    """What is open to others needs credentials, whoever opened it."""
    with socket.socket() as listener:
        listener.bind(("0.0.0.0", 0))  # noqa: S104 (that is what is refused)
        if listens:
            listener.listen()
        async with _handed(tmp_path, listener) as process:
            assert process.wait(30) == 2

    is_made = await asyncio.to_thread((tmp_path / "trailmark.db").exists)
    log = (tmp_path / "log").read_text()
    assert log.startswith("--fd ")
    assert why in log
    assert not is_made


def test_a_descriptor_that_is_no_socket_is_told() -> None:
    """It exits with 2, and says what the system says."""
    done = subprocess.run(
        [PROGRAM, "serve", "--fd", "0"], capture_output=True, text=True, stdin=subprocess.DEVNULL
    )

    assert done.returncode == 2
    assert done.stderr == "--fd 0 is no socket: Socket operation on non-socket\n"


def test_two_places_to_listen_on_are_told(tmp_path: Path) -> None:
    """One worker would take the descriptor, several the path."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        handed = listener.fileno()
        done = subprocess.run(
            [PROGRAM, "serve", "--uds", "trailmark.sock", "--fd", str(handed)],
            cwd=tmp_path,
            capture_output=True,
            text=True,
            pass_fds=[handed],
        )

    assert done.returncode == 2
    assert done.stderr == "--fd is given beside --uds; allowed is one\n"
    assert list(tmp_path.iterdir()) == []


def test_what_is_no_path_is_told(tmp_path: Path) -> None:
    """It exits with 2 before it listens or makes a database."""
    done = subprocess.run(
        [PROGRAM, "serve", "--root-path", "apps"], cwd=tmp_path, capture_output=True, text=True
    )

    assert done.returncode == 2
    assert done.stderr.startswith("TRAILMARK_ROOT_PATH is 'apps'; allowed are paths of")
    assert list(tmp_path.iterdir()) == []
