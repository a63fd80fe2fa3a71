"""The image: built by the Dockerfile's own commands, and run as its user, who may write nowhere."""

import json
import os
import shutil
import signal
import stat
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx
import pytest

from tests.support.deploy.dockerfile import read
from tests.support.deploy.image import DOCKERFILE, Stage
from tests.support.deploy.running import ended, free_port, on_port, running, wait_until_ready
from tests.support.deploy.sandbox import USER, Sandboxed, sandboxed
from tests.support.deploy.tools import checked, tool

TOKENS = {"TRAILMARK_TOKEN_SECRET": "a secret that signs the tokens of tests"}
QUERY = {"query": "{ __typename }"}
#: Within it a server is gone, wherever it is told to stop; this is generous, for busy machines.
STOPPED_S = 30

pytestmark = pytest.mark.slow


@pytest.fixture
def data(tmp_path: Path) -> Path:
    """What the image's /data is in this test."""
    folder = tmp_path / "data"
    folder.mkdir()
    return folder


@contextmanager
def _contained(image: Stage, data: Path, command: list[str]) -> Iterator[Sandboxed]:
    folders = {image.folder: False, data: True}
    with sandboxed(command, folders, data, image.environment | TOKENS) as process:
        yield process


def _healthcheck(image: Stage, path: str, port: int) -> int:
    """The exit code of the command of HEALTHCHECK."""
    words = json.loads(image.settings["HEALTHCHECK"].text.removeprefix("CMD "))
    assert words[-1] == "/healthz"
    command = [image.path(word) for word in (*words[:-1], path, str(port))]
    return ended(command, image.data, {"http_proxy": "http://127.0.0.1:1"}).returncode


def test_the_image_serves_as_its_user_and_writes_its_database_alone(
    image: Stage, data: Path
) -> None:
    """It is process 1, on a read-only file system, and ends by the signal that the image names."""
    port = free_port()
    with _contained(image, data, on_port(image.command(), port)) as process:
        wait_until_ready(f"http://127.0.0.1:{port}", process)
        healthy = [_healthcheck(image, path, port) for path in ("/healthz", "/readyz", "/none")]
        denied = httpx.post(f"http://127.0.0.1:{port}/graphql", json=QUERY, trust_env=False)
        process.send(signal.Signals[image.settings["STOPSIGNAL"].text])
        code = process.process.wait(STOPPED_S)

    assert healthy == [0, 0, 1]
    assert denied.status_code == 401
    assert code == 0, process.said
    made = {file.name for file in data.iterdir()}
    assert {"trailmark.db", "trailmark.db.secret"} <= made
    assert all(name.startswith("trailmark.db") for name in made)
    assert _healthcheck(image, "/healthz", port) == 1


def test_commands_run_in_the_image(image: Stage, data: Path) -> None:
    """As docs/deploying.md has them: it migrates an embedded database, and makes a key."""
    with _contained(image, data, image.command("migrate")) as process:
        assert process.wait() == 0, process.said
    with _contained(image, data, image.command("keys", "create", "--scope", "admin")) as process:
        assert process.wait() == 0, process.said

    assert "applied 0_" in (data.parent / sorted(data.parent.glob("*.log"))[0]).read_text()


def test_without_credentials_the_image_says_so(image: Stage, data: Path) -> None:
    """It listens for others, and would be open to them."""
    command = on_port(image.command(), free_port())
    with running(command, data, image.environment) as process:
        assert process.wait() == 2

    assert "no credentials are configured" in process.said


def test_the_image_has_the_pages(image: Stage) -> None:
    """They were built in a stage of their own, and are in the wheel."""
    (static,) = Path(image.path("/opt/trailmark")).glob("lib/python*/site-packages/graph/static")

    assert (static / "explorer" / "index.html").exists()
    assert (static / "docs" / "index.html").exists()


def test_the_image_runs_on_what_is_pinned_and_on_nothing_else(image: Stage) -> None:
    """Neither the tools that build it, nor a package of this machine."""
    listed = ended(
        [image.path("/opt/trailmark/bin/pip"), "list", "--format=freeze", "--no-index"],
        image.data,
        {"PIP_DISABLE_PIP_VERSION_CHECK": "1"},
    )
    root = Path(__file__).parents[2]
    hashed = (root / "constraints-hashed.txt").read_text("utf-8")
    pinned = {line.split()[0] for line in hashed.splitlines() if "==" in line}

    def plain(name: str) -> str:
        return name.lower().replace("_", "-").replace(".", "-")

    found = {plain(line) for line in listed.stdout.split()}
    known = {plain(line) for line in pinned}
    unpinned = {each.split("==")[0] for each in found - known}
    assert unpinned <= {"trailmark", "pip", "setuptools"}
    assert len(found) > 25


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can make users")
def test_the_user_of_the_image_is_made_by_its_command(image: Stage, tmp_path: Path) -> None:
    """The one command that a shell reads, over a copy of /etc: it owns /data."""
    (command,) = (each.text for each in read(DOCKERFILE)[""] if each.name == "RUN")
    shutil.copytree("/etc", tmp_path / "etc", symlinks=True)
    bound = ["--ro-bind", "/", "/", "--dev", "/dev", "--bind", str(tmp_path), str(tmp_path)]
    program = tool("bwrap", "apt-get install bubblewrap")

    command = command.replace("mode 0700 /data", f"mode 0700 {tmp_path}/data")
    checked(program, *bound, "--bind", tmp_path / "etc", "/etc", "sh", "-euc", command)

    passwd = (tmp_path / "etc" / "passwd").read_text().splitlines()
    assert passwd[-1].startswith(f"trailmark:x:{USER}:{USER}:")
    assert passwd[-1].endswith(":/data:/usr/sbin/nologin")
    found = (tmp_path / "data").stat()
    assert (found.st_uid, found.st_gid) == (int(USER), int(USER))
    assert stat.S_IMODE(found.st_mode) == 0o700
    assert image.settings["USER"].text == f"{USER}:{USER}"
