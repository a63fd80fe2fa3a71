"""Reporting: a process's metrics while it serves, together with those of its fellow workers."""

import asyncio
import logging
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import NamedTuple

from prometheus_client.exposition import choose_encoder

from graph.counted_log import CountedLog
from graph.metrics.families import Families
from graph.metrics.process import process_values
from graph.metrics.sharing import SharedFolder
from graph.metrics.values import Sources, Value, values
from models.histogram import Histogram
from resolvers.tasks import cancel

PUBLISH_S = 1.0
"""How old the values may be that one worker tells of another."""

LOOK_S = 0.25
"""The pause between two looks at how late the event loop is."""

_ALONE = "the metrics of the workers cannot be put together"

log = logging.getLogger(__name__)


class Page(NamedTuple):
    """Metrics as text, in the form that was asked for."""

    content: bytes
    media_type: str


class Reporter:
    """Tells the metrics of a process, or of all workers that share its folder."""

    def __init__(self, sources: Sources, folder: SharedFolder | None) -> None:
        self._sources = sources
        self._folder = folder
        self._rendering = asyncio.Lock()
        self._troubles = CountedLog(log)

    async def page(self, accepted: str) -> Page:
        """The metrics as of now, in what is accepted of Prometheus's forms."""
        async with self._rendering:  # it takes a thread for some milliseconds
            await self._sources.size.refresh()
            await self._sources.services.followers.refresh()
            encode, media_type = choose_encoder(accepted)
            if self._folder is not None:
                try:
                    self._folder.write(await self._values())
                    return Page(await asyncio.to_thread(encode, self._folder), media_type)
                except OSError as error:
                    self._troubles.warning(f"{_ALONE}: {type(error).__name__}")
            return Page(encode(Families(await self._values())), media_type)

    async def publish_on(self, folder: SharedFolder) -> None:
        """Leave the values of this process, each second, where its fellow workers find them."""
        while True:
            await asyncio.sleep(PUBLISH_S)
            try:
                folder.write(await self._values())
            except OSError as error:
                self._troubles.warning(f"{_ALONE}: {type(error).__name__}")

    async def _values(self) -> list[Value]:
        process = await asyncio.to_thread(lambda: list(process_values()))
        return [*values(self._sources), *process]


@asynccontextmanager
async def reporting(sources: Sources, folder: Path | None) -> AsyncIterator[Reporter]:
    """A reporter that is at work until the block ends."""
    shared = _joined(folder)
    reporter = Reporter(sources, shared)
    tasks = [asyncio.create_task(_watch_loop(sources.loop_lag), name="loop lag")]
    if shared is not None:
        tasks.append(asyncio.create_task(reporter.publish_on(shared), name="metrics"))
    try:
        yield reporter
    finally:
        await cancel(tasks)
        if shared is not None:
            shared.close()


def _joined(folder: Path | None) -> SharedFolder | None:
    try:
        return None if folder is None else SharedFolder(folder)
    except OSError as error:
        log.warning("%s: %s", _ALONE, error)
        return None


async def _watch_loop(lag: Histogram) -> None:
    now = asyncio.get_running_loop().time
    while True:
        due = now() + LOOK_S
        await asyncio.sleep(LOOK_S)
        lag.add(max(0.0, now() - due))
