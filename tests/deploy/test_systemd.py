"""The units of deploy/systemd: what systemd says to them, and what their commands do."""

import os
import re
import signal
from pathlib import Path

import httpx
import pytest

from graph.config.settings import Settings
from graph.server.shutdown import ANSWER_S
from tests.support.deploy.context import ROOT
from tests.support.deploy.image import Stage
from tests.support.deploy.running import ended, free_port, running, wait_until_ready
from tests.support.deploy.tools import checked, tool
from tests.support.deploy.units import read_environment, read_unit

FOLDER = ROOT / "deploy" / "systemd"
SERVICE = read_unit(FOLDER / "trailmark.service")
EMBEDDED = read_unit(FOLDER / "trailmark.service", FOLDER / "embedded.conf")
SOCKET = read_unit(FOLDER / "trailmark.socket")
INSTALL = "apt-get install systemd"
QUERY = {"query": "{ __typename }"}
#: How long a server takes to stop at most, by docs/operating.md.
STOPPED_S = 10
#: How a process has ended as it was told to, by systemd.exec; uvicorn raises the signal once more.
CLEAN = (0, -signal.SIGTERM)


@pytest.mark.parametrize("drop_ins", [[], ["embedded.conf"]])
def test_systemd_has_nothing_to_say_to_the_units(tmp_path: Path, drop_ins: list[str]) -> None:
    """It knows each option and its value; the program is stood in for."""
    program = tool("systemd-analyze", INSTALL)
    stand_in = tmp_path / "trailmark"
    stand_in.touch(0o755)
    (tmp_path / "trailmark.service.d").mkdir()
    for name in ("trailmark.service", "trailmark.socket", *drop_ins):
        text = (FOLDER / name).read_text().replace("/opt/trailmark/bin/trailmark", str(stand_in))
        folder = tmp_path / "trailmark.service.d" if name.endswith(".conf") else tmp_path
        (folder / name).write_text(text)

    units = (tmp_path / "trailmark.service", tmp_path / "trailmark.socket")

    assert checked(program, "verify", "--man=no", *units) == ""


def test_the_service_may_do_next_to_nothing() -> None:
    """By the measure of systemd itself: 1.5 of 10, where 0 could not speak to anyone."""
    program = tool("systemd-analyze", INSTALL)

    said = checked(
        program, "security", "--offline=true", "--threshold=15", FOLDER / "trailmark.service"
    )

    assert "Overall exposure level" in said


def test_the_service_can_tell_of_its_own_process() -> None:
    """For the metrics: since when it runs is counted from the boot, which /proc/stat tells."""
    assert "ProcSubset" not in SERVICE.options


def test_stopping_takes_no_longer_than_systemd_waits() -> None:
    """And the signal comes once: workers get it from the server that started them."""
    assert ANSWER_S < STOPPED_S < int(SERVICE.one("TimeoutStopSec"))
    assert SERVICE.one("KillMode") == "mixed"
    assert SERVICE.one("Type") == "exec"
    assert SERVICE.one("TimeoutStartSec") == "infinity"


def test_secrets_are_handed_over_and_nothing_else_is_read() -> None:
    """Each credential is a file of root's, and each has its setting."""
    assert SERVICE.credentials() == {
        name: f"/etc/trailmark/{name}" for name in ("database_url", "secret", "token_secret")
    }
    assert SERVICE.environment(Path("/run/credentials"), Path()) == {
        f"TRAILMARK_{name.upper()}_FILE": f"/run/credentials/{name}"
        for name in SERVICE.credentials()
    }
    assert EMBEDDED.credentials() == {"token_secret": "/etc/trailmark/token_secret"}


def test_the_example_of_settings_is_one() -> None:
    """With what is commented out, too."""
    file = FOLDER / "trailmark.env"
    commented = re.sub(r"^#(TRAILMARK_)", r"\1", file.read_text("utf-8"), flags=re.MULTILINE)
    pairs = dict(re.findall(r"^(TRAILMARK_\w+)=(.*)$", commented, re.MULTILINE))

    Settings.read(pairs)

    assert read_environment(file).items() <= pairs.items()
    assert len(pairs) == 6


def test_the_socket_is_for_this_machine() -> None:
    """What is open to others is for the operator to say."""
    assert SOCKET.one("ListenStream") == "127.0.0.1:8000"
    assert "trailmark.socket" in SERVICE.one("After")
    assert SERVICE.one("Requires") == "trailmark.socket"


@pytest.mark.slow
@pytest.mark.parametrize("drop_ins", [[], ["embedded.conf"]], ids=["postgres", "embedded"])
def test_the_service_serves_on_a_socket_that_systemd_opened(
    image: Stage, tmp_path: Path, request: pytest.FixtureRequest, drop_ins: list[str]
) -> None:
    """It migrates first, finds its secrets where systemd puts them, and stops by the signal."""
    program = tool("systemd-socket-activate", INSTALL)
    unit = read_unit(FOLDER / "trailmark.service", *(FOLDER / name for name in drop_ins))
    credentials, state = tmp_path / "credentials", tmp_path / "state"
    credentials.mkdir()
    state.mkdir()
    for name in unit.credentials():
        is_url = name == "database_url"
        text = request.getfixturevalue("empty_postgres") if is_url else f"{name} of the tests"
        (credentials / name).write_text(f"{text}\n")
    environment = unit.environment(credentials, state) | read_environment(FOLDER / "trailmark.env")
    migrated = ended(unit.command("ExecStartPre", image), state, environment)
    port = free_port()
    passed = [f"--setenv={name}={value}" for name, value in environment.items()]
    command = [program, f"--listen=127.0.0.1:{port}", *passed, *unit.command("ExecStart", image)]

    with running(command, state, {}) as process:
        # It starts with the first connection, which waits meanwhile.
        wait_until_ready(f"http://127.0.0.1:{port}", process)
        denied = httpx.post(f"http://127.0.0.1:{port}/graphql", json=QUERY, trust_env=False)
        os.kill(process.process.pid, signal.SIGTERM)
        code = process.wait()

    assert migrated.returncode == 0, migrated.stderr
    assert denied.status_code == 401
    assert code in CLEAN, process.said
    assert "Trailmark on descriptor 3" in process.said
    assert (state / "trailmark.db").exists() is bool(drop_ins)
