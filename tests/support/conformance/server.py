"""The server with subscriptions of the tests' own, in a process for clients to be driven against.

`python -m tests.support.conformance.server PORT` serves it under the settings of the environment.
"""

import asyncio
import os
import sys
from collections.abc import AsyncGenerator
from typing import Annotated

import strawberry
import uvicorn

from graph.access.rights import enforce
from graph.commands.terminal import ready_database, run
from graph.config.settings import Settings
from graph.schema.schema import build
from graph.server.app import create_app

MESSAGE_LIMIT = 4 * 1024 * 1024

To = Annotated[int, strawberry.argument(description="The last number.")]
Delay = Annotated[int, strawberry.argument(description="Milliseconds between two numbers.")]


@strawberry.type(description="Streams to try transports with.")
class Counting:
    @strawberry.subscription(description="The numbers from 1.")
    async def count(self, to: To, delay_ms: Delay = 1) -> AsyncGenerator[int, None]:
        for number in range(1, to + 1):
            yield number
            await asyncio.sleep(delay_ms / 1000)

    @strawberry.subscription(description="The numbers from 1, and after the last one a fault.")
    async def break_after(self, to: To) -> AsyncGenerator[int, None]:
        for number in range(1, to + 1):
            yield number
        raise RuntimeError("a secret of the tests")


def main(port: int) -> None:
    settings = Settings.read(os.environ)
    run(ready_database(settings, makes=True))
    schema = build(subscription=Counting)
    enforce(schema._schema)
    uvicorn.run(
        create_app(settings, schema=schema),
        port=port,
        http="graph.server.connections.http:Protocol",
        ws="graph.server.connections.websocket:WebSocketProtocol",
        ws_max_size=MESSAGE_LIMIT,
        access_log=False,
        log_level="warning",
    )


if __name__ == "__main__":
    main(int(sys.argv[1]))
