"""docs/frontend.md: each block of code on it does what the page says, against a real server."""

import asyncio
import os
import shutil
import socket
import sys
import time
from collections.abc import AsyncIterator, Collection
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

import httpx
import jwt
import pytest

from tests.support.client import Caller
from tests.support.conformance import guide
from tests.support.conformance.node import HERE, Node
from tests.support.durability.server import START_S, Server, server_process, until_awaited
from tests.support.durability.stores import own_database

SECRET = "TRAILMARK_TOKEN_SECRET"  # noqa: S105 - a setting's name
BACKENDS = {"backend.py": sys.executable, "backend.mjs": "node"}
FILES = {
    *BACKENDS,
    *("page.html", "authorized.js", "favorite.js", "history.js", "socket.js", "apollo.js"),
    *("schema.mjs", "urql.js", "feed.js", "events.js"),
}
END_S = 120

pytestmark = pytest.mark.slow


@dataclass
class Guide:
    """The page's files in a folder, the server that they ask, and where their back end is."""

    folder: Path
    server: Server
    secret: str
    backend: str

    @asynccontextmanager
    async def backend_of(self, name: str) -> AsyncIterator[None]:
        """The page's back end, in Python or in Node."""
        process = await asyncio.create_subprocess_exec(
            BACKENDS[name],
            name,
            cwd=self.folder,
            env={**os.environ, SECRET: self.secret},
            stderr=asyncio.subprocess.DEVNULL,
        )
        try:
            async with httpx.AsyncClient() as http:
                await until_awaited(lambda: self._answers(http), START_S)
            yield
        finally:
            process.terminate()
            await asyncio.wait_for(process.wait(), END_S)

    async def _answers(self, http: httpx.AsyncClient) -> bool:
        try:
            return (await http.get(f"{self.backend}/token")).is_success
        except httpx.TransportError:
            return False

    @asynccontextmanager
    async def caller(self) -> AsyncIterator[Caller]:
        """A caller with a token of the user whom the page is for."""
        claims = {"sub": "ann", "exp": int(time.time()) + 3600}
        token = jwt.encode(claims, self.secret, algorithm="HS256")
        async with self.server.caller() as caller:
            caller.http.headers["Authorization"] = f"Bearer {token}"
            yield caller

    async def record(self, posts: list[str]) -> None:
        """Record that the user views posts."""
        views = [{"action": "VIEW", "postId": post, "userId": "ann"} for post in posts]
        async with self.caller() as caller:
            assert set(await caller.outcomes(*views)) == {"CREATED"}

    async def run(self, script: str) -> None:
        """Run one of the page's own scripts."""
        process = await asyncio.create_subprocess_exec("node", script, cwd=self.folder)
        assert await asyncio.wait_for(process.wait(), END_S) == 0

    async def drive(self, node: Node, script: str, *arguments: str) -> str:
        """Run a script of frontend/; what it printed."""
        environment = {SECRET: self.secret}
        return await asyncio.to_thread(node, f"frontend/{script}", *arguments, **environment)


@pytest.fixture
async def page(node: Node, tmp_path: Path) -> AsyncIterator[Guide]:
    """The page's code beside a server with the settings that the page starts it with."""
    async with _begun(tmp_path) as begun:
        yield begun


@pytest.fixture
async def open_page(node: Node, tmp_path: Path) -> AsyncIterator[Guide]:
    """The same beside a server that asks for no credentials."""
    async with _begun(tmp_path, {SECRET}) as begun:
        yield begun


@asynccontextmanager
async def _begun(folder: Path, without: Collection[str] = ()) -> AsyncIterator[Guide]:
    code, port = folder / "page", _free_port()
    code.mkdir()
    settings = guide.settings(port)
    used = {name: value for name, value in settings.items() if name not in without}
    async with (
        own_database("sqlite", folder) as url,
        server_process(url, folder, 1, **used) as server,
    ):
        guide.write(code, server=server.port, backend=port)
        yield Guide(code, server, settings[SECRET], f"http://127.0.0.1:{port}")


def test_every_block_of_code_is_a_file_that_is_tried() -> None:
    """No block is left out, and the only one for a shell starts the server."""
    assert {name for name in guide.files() if name} == FILES
    assert [language for language, _ in guide.blocks()].count("sh") == 1


@pytest.mark.parametrize("backend", BACKENDS)
async def test_the_page_works_in_a_browser(page: Guide, node: Node, backend: str) -> None:
    """The button at once and by others, for LIMITED users and without a network; list and feed."""
    _need_chromium()
    async with page.backend_of(backend):
        said = await page.drive(node, "page.mjs", page.backend, page.server.url)

    assert said == "passes\n"


@pytest.mark.parametrize("client", ["apollo", "urql"])
async def test_a_client_is_right_whatever_happens(page: Guide, node: Node, client: str) -> None:
    """Optimistic, taken back, moved by others, paged to the end, for LIMITED users, no warnings."""
    async with page.backend_of("backend.mjs"):
        await page.run("schema.mjs")
        said = await page.drive(node, "clients.mjs", str(page.folder), page.server.url, client)

    assert said == "passes\n"


async def test_the_feed_over_a_socket_misses_nothing(page: Guide, tmp_path: Path) -> None:
    """Its socket is cut after every 27th event, and the server is killed and stopped."""
    async with page.backend_of("backend.mjs"):
        await _check_feed(page, "feed.mjs", str(page.folder), last="27")


async def test_the_feed_by_events_misses_nothing(open_page: Guide) -> None:
    """The browser connects again after a kill and after a stop."""
    _need_chromium()
    await _check_feed(open_page, "events.mjs", str(open_page.folder), open_page.backend)


async def _check_feed(page: Guide, script: str, *arguments: str, last: str = "") -> None:
    """A follower is told all that is recorded, once and in order, over a kill and a stop."""
    async with page.caller() as caller:
        cursor = (await caller.data("{ feedCursor }"))["feedCursor"]
    process = await asyncio.create_subprocess_exec(
        *("node", f"frontend/{script}", *arguments, cursor, last),
        cwd=HERE,
        stdout=asyncio.subprocess.PIPE,
    )
    assert process.stdout is not None
    try:
        for part, end in enumerate((page.server.kill, page.server.terminate, None)):
            posts = [f"{part}-{number}" for number in range(40)]
            await page.record(posts)
            told = [await asyncio.wait_for(process.stdout.readline(), END_S) for _ in posts]
            assert [line.decode().strip() for line in told] == _shown(posts)
            if end is not None:
                await end()
                await page.server.start()
        await page.record(["last"])
        rest, _ = await asyncio.wait_for(process.communicate(), END_S)
    finally:
        if process.returncode is None:
            process.kill()
            await process.wait()

    assert rest.decode().splitlines() == _shown(["last"])
    assert process.returncode == 0


def _shown(posts: list[str]) -> list[str]:
    return [f"RECORDED VIEW {post_id}" for post_id in posts]


def _need_chromium() -> None:
    if shutil.which("chromium") is None:
        pytest.skip("chromium is not installed")


def _free_port() -> int:
    with socket.socket() as listening:
        listening.bind(("127.0.0.1", 0))
        port: int = listening.getsockname()[1]
        return port
