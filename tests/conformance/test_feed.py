"""The live feed as its protocols' own clients see it, in node and in a browser."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import FileResponse, HTMLResponse, Response
from starlette.routing import Route

from tests.support.browsing import BROWSER_S, browsing
from tests.support.conformance.node import HERE
from tests.support.durability.server import Server, server_process
from tests.support.durability.stores import own_database
from tests.support.live.clients import listening
from tests.support.live.streams import soon

CLIENTS = ("graphql-ws", "graphql-sse")
PAGE = """<!doctype html>
<title>What happens</title>
<ul id="feed"></ul>
<script src="/graphql-ws.js"></script>
<script>
const port = location.search.slice(1);
const client = graphqlWs.createClient({ url: `ws://127.0.0.1:${port}/graphql` });
const query = `subscription {
  interactions { type interaction { action target { id } } }
}`;
const show = ({ data }) => {
  const item = document.createElement("li");
  const { type, interaction } = data.interactions;
  item.textContent = `${type} ${interaction.action} ${interaction.target.id}`;
  document.getElementById("feed").append(item);
  fetch("/shown", { method: "POST", body: document.getElementById("feed").innerText });
};
client.on("connected", () => fetch("/shown", { method: "POST", body: "" }));
client.subscribe({ query }, { next: show, error: console.error, complete: () => {} });
</script>
"""

pytestmark = pytest.mark.slow


@pytest.fixture
async def url(tmp_path: Path) -> AsyncIterator[str]:
    """The URL of an empty database."""
    async with own_database("sqlite", tmp_path) as url:
        yield url


async def record(server: Server, *post_ids: str) -> list[str]:
    """Record views of posts; what a client then shows."""
    async with server.caller() as caller:
        inputs = ({"userId": "ann", "action": "VIEW", "postId": post_id} for post_id in post_ids)
        assert set(await caller.outcomes(*inputs)) == {"CREATED"}
    return [f"RECORDED VIEW {post_id}" for post_id in post_ids]


@pytest.mark.usefixtures("node")
@pytest.mark.parametrize("client", CLIENTS)
async def test_a_client_goes_on_after_its_last_cursor(
    url: str, tmp_path: Path, client: str
) -> None:
    """Over a kill and over a stop of the server it gets each event once, and in order."""
    async with server_process(url, tmp_path) as server:
        async with server.caller() as caller:
            start = (await caller.data("{ feedCursor }"))["feedCursor"]
        process = await asyncio.create_subprocess_exec(
            *("node", "follow.mjs", server.url, client, start),
            cwd=HERE,
            stdout=asyncio.subprocess.PIPE,
        )
        assert process.stdout is not None
        try:
            for part, end in enumerate((server.kill, server.terminate, None)):
                happened = await record(server, *(f"{part}-{number}" for number in range(100)))
                told = [await soon(process.stdout.readline()) for _ in happened]
                assert [line.decode().strip() for line in told] == happened
                if end is not None:
                    await end()
                    await server.start()
            (last,) = await record(server, "last")
            rest, _ = await asyncio.wait_for(process.communicate(), 30)
        finally:
            if process.returncode is None:
                process.kill()
                await process.wait()

    assert rest.decode().splitlines() == [last]
    assert process.returncode == 0


@asynccontextmanager
async def page() -> AsyncIterator[tuple[int, asyncio.Queue[str]]]:
    """The port of a page that follows a server's feed, and what it shows, whenever it changes."""
    shown: asyncio.Queue[str] = asyncio.Queue()

    async def take(request: Request) -> Response:
        shown.put_nowait((await request.body()).decode())
        return Response(status_code=204)

    async def document(request: Request) -> Response:
        return HTMLResponse(PAGE)

    async def script(request: Request) -> Response:
        return FileResponse(HERE / "node_modules" / "graphql-ws" / "umd" / "graphql-ws.js")

    routes = [
        Route("/", document),
        Route("/graphql-ws.js", script),
        Route("/shown", take, methods=["POST"]),
    ]
    async with listening(Starlette(routes=routes)) as port:
        yield port, shown


@pytest.mark.usefixtures("node")
async def test_a_browser_s_page_shows_what_happens(url: str, tmp_path: Path) -> None:
    """A page of another origin, which the settings allow, shows each event as it is recorded."""
    async with page() as (port, shown):
        origin = f"http://127.0.0.1:{port}"
        async with (
            server_process(url, tmp_path, TRAILMARK_CORS_ORIGINS=origin) as server,
            browsing(tmp_path, f"{origin}/?{server.port}"),
        ):
            assert await asyncio.wait_for(shown.get(), BROWSER_S) == ""  # it has connected
            seen, views = "", 0
            while not seen:
                views += 1
                await record(server, f"begin {views}")
                await asyncio.sleep(0.05)
                seen = "" if shown.empty() else shown.get_nowait()
            for post_id in ("a", "b", "c"):
                (line,) = await record(server, post_id)
                while not seen.endswith(line):
                    seen = await asyncio.wait_for(shown.get(), BROWSER_S)

    assert [line for line in seen.splitlines() if "begin" not in line] == [
        f"RECORDED VIEW {post_id}" for post_id in ("a", "b", "c")
    ]
