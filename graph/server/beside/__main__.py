"""What a server starts beside it: it follows until the server ends, by whatever means."""

import asyncio
import logging.config
import os
import signal
import sys
import threading
import time

from graph.config.settings import Settings
from graph.server.beside.following import follow, loop_factory
from graph.server.logs.configuration import logging_in

END_S = 2.0
"""How long it may take to end once the server has."""


def main() -> None:
    """Follow for as long as standard input is open, of which the server has the other end."""
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(
            number, signal.SIG_IGN
        )  # the server hears them, and is followed until its end
    settings = Settings.read(os.environ)
    logging.config.dictConfig(logging_in(settings.log_format))
    with asyncio.Runner(loop_factory=loop_factory()) as runner:
        runner.run(_follow(settings))


async def _follow(settings: Settings) -> None:
    loop, is_over = asyncio.get_running_loop(), asyncio.Event()

    def watch() -> None:
        while os.read(sys.stdin.fileno(), 1):
            pass
        loop.call_soon_threadsafe(is_over.set)
        time.sleep(END_S)
        os._exit(1)

    threading.Thread(target=watch, name="the server's end", daemon=True).start()
    await follow(settings, is_over)


if __name__ == "__main__":
    main()
