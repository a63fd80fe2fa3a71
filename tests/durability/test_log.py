"""The log of a server: what an operator reads of it."""

import re
import shutil
from pathlib import Path

from tests.support.durability.server import server_process


async def test_each_line_says_when_and_where_it_was_said(sqlite_file: Path, tmp_path: Path) -> None:
    """With the process and how grave it is; a server to which nothing happens is silent."""
    file = tmp_path / "trailmark.db"
    shutil.copy(sqlite_file, file)
    async with server_process(f"sqlite://{file}", tmp_path) as server, server.caller() as caller:
        assert server.log.count("graph.") == server.log.count("graph.server.lifespan") == 2
        file.rename(tmp_path / "gone.db")
        await caller.errors('{ post(id: "p") { stats { engagementRate } } }')
        pid, lines = server.pid, server.log.splitlines()

    said = [line for line in lines if "the database fails" in line]  # whoever has met it first
    assert len(said) == 1
    assert re.match(
        rf"20\d\d-\d\d-\d\d [\d:,]+ {pid} WARNING (graph\.errors|resolvers\.keys): "
        r"the database fails: .+",
        said[0],
    ), said
