"""The command `trailmark follow`: the followers of a database, in a process of their own."""

import asyncio
import logging.config
import signal

from graph.commands.terminal import check_version, console, read_settings, run, stop
from graph.config.log_formats import LogFormat
from graph.config.settings import Settings
from graph.server.beside.following import follow as follow_until
from graph.server.beside.following import loop_factory
from graph.server.logs.configuration import logging_in
from graph.server.logs.said import say_as_records


def follow() -> None:
    """Make co-engagement and ranks of what servers record, until a signal ends it."""
    settings = read_settings()
    if settings.database.is_embedded:
        stop("an embedded database is followed inside of its server; this needs PostgreSQL")
    if settings.log_format is LogFormat.JSON:
        console.file = say_as_records(settings.log_format)
    run(check_version(settings.database))
    logging.config.dictConfig(logging_in(settings.log_format))
    with asyncio.Runner(loop_factory=loop_factory()) as runner:
        runner.run(_follow(settings))


async def _follow(settings: Settings) -> None:
    is_over = asyncio.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(number, is_over.set)
    await follow_until(settings, is_over)
