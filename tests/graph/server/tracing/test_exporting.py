"""Exporting traces: what the standard variables ask for, and that nothing is there without them."""

import asyncio
import logging
import shutil
import subprocess
import sys
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest

from graph.server.tracing.wanted import tracing_for
from tests.support.client import RECORD
from tests.support.durability.outages import view
from tests.support.durability.server import server_process, until

ENDPOINT = "OTEL_EXPORTER_OTLP_ENDPOINT"
TRACES_ENDPOINT = "OTEL_EXPORTER_OTLP_TRACES_ENDPOINT"
NOWHERE = "http://127.0.0.1:9"
_IMPORTED = """
import sys
from graph.config.settings import Settings
from graph.server.app import create_app
create_app(Settings("sqlite:///nowhere/trailmark.db", "a secret of the tests"))
print([each for each in sys.modules if each.startswith(("opentelemetry", "numpy"))])
"""


@pytest.mark.parametrize(
    ("environment", "wanted"),
    [
        ({}, False),
        ({ENDPOINT: ""}, False),
        ({ENDPOINT: NOWHERE}, True),
        ({TRACES_ENDPOINT: NOWHERE}, True),
        ({ENDPOINT: NOWHERE, "OTEL_SDK_DISABLED": "true"}, False),
        ({ENDPOINT: NOWHERE, "OTEL_TRACES_EXPORTER": "none"}, False),
        ({ENDPOINT: NOWHERE, "OTEL_TRACES_EXPORTER": "otlp,console"}, True),
        ({"OTEL_SERVICE_NAME": "mine"}, False),
    ],
)
def test_the_standard_variables_ask_for_traces(
    environment: Mapping[str, str], wanted: bool
) -> None:
    """An endpoint asks for them, and the usual switches turn them off."""
    assert (tracing_for(environment) is not None) is wanted


def test_what_cannot_be_exported_is_told_and_stops_nothing(
    caplog: pytest.LogCaptureFixture,
) -> None:
    """Variables may be set for a whole cluster, for programs that know more protocols."""
    caplog.set_level(logging.WARNING)

    assert tracing_for({ENDPOINT: NOWHERE, "OTEL_EXPORTER_OTLP_PROTOCOL": "http/json"}) is None

    assert caplog.messages == [
        "there are no traces: the protocol of OTLP is 'http/json'; "
        "allowed are http/protobuf and grpc"
    ]


def test_what_is_not_installed_is_told(
    caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    """With the command that installs it; the server serves without."""
    monkeypatch.setitem(sys.modules, "graph.server.tracing.exporting", None)

    assert tracing_for({ENDPOINT: NOWHERE}) is None

    (message,) = caplog.messages
    assert message.startswith(f"there are no traces, though {ENDPOINT} is set: ")
    assert message.endswith("run pip install 'trailmark[traces]'")


def test_nothing_of_it_is_imported_unless_it_is_wanted() -> None:
    """No OpenTelemetry without traces, and no numpy before there are pairs to count."""
    done = subprocess.run([sys.executable, "-c", _IMPORTED], capture_output=True, text=True)

    assert done.stdout == "[]\n", done.stderr


class Receiver:
    """Takes what is sent by OTLP over HTTP."""

    def __init__(self) -> None:
        self.port = 0
        self.requests: list[ExportTraceServiceRequest] = []

    @property
    def names(self) -> list[str]:
        return [
            span.name
            for request in self.requests
            for resource in request.resource_spans
            for scope in resource.scope_spans
            for span in scope.spans
        ]

    @property
    def resources(self) -> list[dict[str, str]]:
        return [
            {each.key: each.value.string_value for each in resource.resource.attributes}
            for request in self.requests
            for resource in request.resource_spans
        ]

    async def take(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Answer the requests of a connection, until it ends."""
        while head := (await reader.readuntil(b"\r\n\r\n")).decode().lower():
            length = int(head.partition("content-length: ")[2].partition("\r\n")[0])
            body = await reader.readexactly(length)
            assert head.startswith("post /v1/traces ")
            self.requests.append(ExportTraceServiceRequest.FromString(body))
            writer.write(b"HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n")


@asynccontextmanager
async def _receiver() -> AsyncIterator[Receiver]:
    receiver = Receiver()

    async def take(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            await receiver.take(reader, writer)
        except asyncio.IncompleteReadError:
            pass
        finally:
            writer.close()

    server = await asyncio.start_server(take, "127.0.0.1", 0)
    receiver.port = server.sockets[0].getsockname()[1]
    async with server:
        yield receiver


@pytest.mark.slow
async def test_a_server_sends_its_spans(sqlite_file: Path, tmp_path: Path) -> None:
    """Those of the last request too: they are sent before it ends."""
    file = shutil.copy(sqlite_file, tmp_path / "trailmark.db")
    async with _receiver() as receiver:
        endpoint = f"http://127.0.0.1:{receiver.port}"
        async with (
            server_process(
                f"sqlite://{file}",
                tmp_path,
                OTEL_EXPORTER_OTLP_ENDPOINT=endpoint,
                OTEL_SERVICE_NAME="mine",
            ) as server,
            server.caller() as caller,
        ):
            await caller.data(RECORD, input=view("p"))
            assert await server.terminate() < 10
            await until(lambda: "transaction" in receiver.names)

    assert {"POST /graphql", "mutation Record", "record"} <= set(receiver.names)
    assert all(each["service.name"] == "mine" for each in receiver.resources)
    assert "Traceback" not in server.log, server.log


@pytest.mark.slow
async def test_a_collector_that_is_away_stops_nothing(sqlite_file: Path, tmp_path: Path) -> None:
    """Neither serving nor stopping; and the log is not filled with it."""
    file = shutil.copy(sqlite_file, tmp_path / "trailmark.db")
    async with (
        server_process(f"sqlite://{file}", tmp_path, OTEL_EXPORTER_OTLP_ENDPOINT=NOWHERE) as server,
        server.caller() as caller,
    ):
        for number in range(50):
            await caller.data(RECORD, input=view(f"p{number}"))
        assert await server.terminate() < 10

    assert server.log.count("\n") < 30, server.log
