"""A browser that reaches this machine alone, where one is installed."""

import asyncio
import json
import re
import shutil
import subprocess
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from itertools import count
from pathlib import Path
from typing import Any

import httpx
import pytest
from websockets.asyncio.client import ClientConnection, connect

BROWSER_S = 60


def dom(folder: Path, url: str) -> str:
    """What a page has become after ten seconds of its own clock."""
    command = [*_chromium(folder), "--virtual-time-budget=10000", "--dump-dom", url]
    shown = subprocess.run(command, capture_output=True, text=True, check=True, timeout=BROWSER_S)
    return re.sub(r"<script.*?</script>", "", shown.stdout, flags=re.DOTALL)


def _chromium(folder: Path) -> list[str]:
    """The command that starts a browser; skips without one."""
    program = shutil.which("chromium")
    if program is None:
        pytest.skip("chromium is not installed")
    return [
        program,
        "--headless=new",
        "--no-sandbox",
        "--disable-gpu",
        f"--user-data-dir={folder / 'profile'}",
        "--host-resolver-rules=MAP * ~NOTFOUND , EXCLUDE 127.0.0.1",
    ]


class Tab:
    """A page that is open in a browser."""

    def __init__(self, connection: ClientConnection) -> None:
        self._connection = connection
        self._numbers = count(1)

    async def evaluate(self, expression: str) -> Any:
        """The value of a JavaScript expression in the page; None if it raises."""
        number = next(self._numbers)
        call = {"id": number, "method": "Runtime.evaluate"}
        call["params"] = {"expression": expression, "returnByValue": True}
        await self._connection.send(json.dumps(call))
        while (answer := json.loads(await self._connection.recv())).get("id") != number:
            pass  # events
        return answer["result"]["result"].get("value")

    async def comes_to(
        self, expression: str, meanwhile: Callable[[], Awaitable[object]] | None = None
    ) -> None:
        """Return once an expression is true; `meanwhile` is called before each look."""
        deadline = time.monotonic() + BROWSER_S
        while not await self.evaluate(expression):
            assert time.monotonic() < deadline, expression
            if meanwhile is not None:
                await meanwhile()
            await asyncio.sleep(0.2)


@asynccontextmanager
async def browsing(folder: Path, url: str) -> AsyncIterator[Tab]:
    """A page in a browser of its own."""
    command = [*_chromium(folder), "--remote-debugging-port=0", url]
    browser = await asyncio.create_subprocess_exec(*command, stderr=subprocess.DEVNULL)
    try:
        async with connect(await _page(folder, url), max_size=None) as connection:
            yield Tab(connection)
    finally:
        browser.terminate()
        await asyncio.wait_for(browser.wait(), BROWSER_S)


async def _page(folder: Path, url: str) -> str:
    """Where the page is controlled from."""
    deadline = time.monotonic() + BROWSER_S
    async with httpx.AsyncClient() as http:
        while time.monotonic() < deadline:
            try:
                port = (folder / "profile" / "DevToolsActivePort").read_text().split()[0]
                pages = (await http.get(f"http://127.0.0.1:{port}/json")).json()
            except (OSError, IndexError, httpx.TransportError):
                pages = []
            for page in pages:
                if page["url"] == url:
                    return str(page["webSocketDebuggerUrl"])
            await asyncio.sleep(0.1)
    raise AssertionError("the browser did not start")
