"""Comparing servers: one that answers nothing, or wrongly, is named with what it said."""

import sys
from dataclasses import replace

import pytest

from bench.http.comparing import check
from bench.load.jobs import Measured
from bench.servers.running import CORES, Command, running

FOUND = Measured(
    per_second=100.0,
    p50_ms=1.0,
    p99_ms=2.0,
    failures=0,
    sample="",
    size=10,
    cpu_us={},
    memory={},
)
_LISTENING = "import socket, sys, time; s = socket.create_server(('127.0.0.1', int(sys.argv[1]))); "
_SILENT = Command(
    (
        sys.executable,
        "-c",
        _LISTENING + "print('waiting for a lock', flush=True); time.sleep(60)",
        "{port}",
    )
)

pytestmark = pytest.mark.slow  # it starts a server


def test_a_server_that_answers_nothing_is_named_with_what_it_said() -> None:
    """No rate is divided by its own: whoever compares is told which server it was, and why."""
    with running(_SILENT, CORES) as server:
        check(server, FOUND)
        while not server.log.read_text():  # it is just going to
            pass

        with pytest.raises(RuntimeError) as silent:
            check(server, replace(FOUND, per_second=0.0))
        with pytest.raises(RuntimeError) as wrong:
            check(server, replace(FOUND, failures=3, sample="503"))

    assert str(server.port) in str(silent.value)
    end = "answered nothing under load; it still runs, and said: waiting for a lock"
    assert str(silent.value).endswith(end)
    assert "gave 3 wrong answers, such as 503" in str(wrong.value)
