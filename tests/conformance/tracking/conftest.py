"""What the tests of the tracking script are given."""

import asyncio
import shutil
from collections.abc import Iterator

import pytest

from graph.pages.tracking import ASSETS
from tests.support.access.callers import TOKEN_SECRET
from tests.support.conformance.node import Node
from tests.support.conformance.site import site
from tests.support.conformance.tracked import DOCUMENTS, Tracked
from tests.support.durability.server import Server

ROOT_PATH = "/trailmark"


@pytest.fixture(scope="module")
def tracked(node: Node, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Tracked]:
    """A server under a path, of whose user tokens it takes trusted documents alone."""
    chromium = shutil.which("chromium")
    if chromium is None:
        pytest.skip("chromium is not installed")
    if not (ASSETS / "track.js").exists():
        pytest.skip("the tracking script is not built: run `make web`")
    folder = tmp_path_factory.mktemp("tracking")
    (folder / "documents").mkdir()
    for name, text in DOCUMENTS.items():
        (folder / "documents" / f"{name}.graphql").write_text(text)
    with site() as running:
        server = Server(
            f"sqlite://{folder / 'tracking.db'}",
            folder,
            TRAILMARK_ROOT_PATH=ROOT_PATH,
            TRAILMARK_TOKEN_SECRET=TOKEN_SECRET,
            TRAILMARK_CORS_ORIGINS=running.url,
            TRAILMARK_DOCUMENTS=str(folder / "documents"),
            TRAILMARK_DOCUMENTS_ONLY="true",
        )
        running.api = server.url
        try:
            asyncio.run(server.start())
            yield Tracked(node, server.url + ROOT_PATH, running.url, chromium)
        finally:
            asyncio.run(server.kill())
