"""The files of deploy/container: the Dockerfile, what it is sent, and compose.yaml."""

import re
import stat
import tomllib
from pathlib import Path
from typing import Any

import pytest
import yaml

from graph.config.settings import Settings
from graph.transport.documents.limits import Limits
from tests.support.deploy.context import ROOT, is_sent, sent
from tests.support.deploy.dockerfile import read
from tests.support.deploy.tools import checked, tool

FOLDER = ROOT / "deploy" / "container"
COMPOSE = yaml.safe_load((FOLDER / "compose.yaml").read_text("utf-8"))
SERVICES: dict[str, dict[str, Any]] = COMPOSE["services"]
SERVERS = ("trailmark-1", "trailmark-2")
VERSION = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]["version"]
INSTALL = "make .venv/deploying"


def test_hadolint_finds_nothing_to_warn_of() -> None:
    """Of style it may say more: several RUN in a row are several layers of a stage, no matter."""
    program = tool("hadolint", INSTALL)

    checked(program, "--failure-threshold", "warning", FOLDER / "Dockerfile")


@pytest.mark.slow
def test_the_compose_files_fit_the_schema_of_compose() -> None:
    """By the schema that check-jsonschema has."""
    program = tool("check-jsonschema", INSTALL)

    files = sorted(FOLDER.glob("compose*.yaml"))

    assert len(files) == 2
    checked(program, "--builtin-schema", "vendor.compose-spec", *files)


def test_an_image_is_sent_what_it_is_built_from_and_nothing_else() -> None:
    """Each source that the Dockerfile copies, and no database, secret or history."""
    sources = {
        source.rstrip("/")
        for instructions in read(FOLDER / "Dockerfile").values()
        for each in instructions
        if each.name == "COPY" and "from" not in each.flags
        for source in each.arguments[:-1]
    }

    names = set(sent())

    def is_below(name: str) -> bool:
        return any(name == source or name.startswith(f"{source}/") for source in sources)

    assert [source for source in sources if not any(map(is_below, names))] == []
    assert [name for name in names if not is_below(name)] == []
    assert [name for name in names if re.search(r"\.db|secret(s/|$)|/\.|node_modules", name)] == [
        "web/.npmrc"
    ]


def test_the_last_pattern_that_matches_decides() -> None:
    """As docker reads a .dockerignore."""
    lines = ["*", "!graph", "**/__pycache__", "graph/static"]

    assert is_sent("graph/context.py", lines)
    assert not is_sent("graph/schema/__pycache__/query.pyc", lines)
    assert not is_sent("graph/static/index.html", lines)
    assert not is_sent("README.md", lines)


def test_every_base_image_has_a_version_and_no_host() -> None:
    """Whoever builds says where images come from."""
    used = [
        each.text
        for instructions in read(FOLDER / "Dockerfile").values()
        for each in instructions
        if each.name == "FROM"
    ]
    used += [service["image"] for service in SERVICES.values()]

    assert [name for name in used if not re.fullmatch(r"[a-z]+:\d[\w.-]*", name)] == []


def test_the_files_name_the_version_that_there_is() -> None:
    """The image's tag is the version of the project, wherever it is named."""
    files = [file for file in (ROOT / "deploy").rglob("*") if file.is_file()]
    texts = [file.read_text("utf-8") for file in [*files, ROOT / "docs" / "deploying.md"]]

    tags = {tag for text in texts for tag in re.findall(r"trailmark:(\d[\w.-]*)", text)}

    assert tags == {VERSION}


@pytest.mark.parametrize("name", SERVICES)
def test_a_service_may_do_no_more_than_it_has_to(name: str) -> None:
    """Nobody is root, nothing is written but volumes, and no capability is left."""
    service = SERVICES[name]

    assert service["read_only"] is True
    assert service["cap_drop"] == ["ALL"]
    assert service["security_opt"] == ["no-new-privileges:true"]
    assert "privileged" not in service
    assert "cap_add" not in service
    assert service["image"].startswith("trailmark:") or service["user"] in ("postgres", "101:101")
    assert service["restart"] == ("no" if name == "migrate" else "unless-stopped")
    assert ("healthcheck" in service) is (name != "migrate")


def test_only_the_proxy_is_reached_from_outside_and_only_from_this_machine() -> None:
    """TLS, and with it the network, is for the operator to add."""
    published = {name: each["ports"] for name, each in SERVICES.items() if "ports" in each}

    assert published == {"proxy": ["127.0.0.1:8080:8080"]}
    assert COMPOSE["networks"]["back"] == {"internal": True}
    assert SERVICES["postgres"]["networks"] == ["back"]


def test_secrets_come_from_files_alone(secrets: Path) -> None:
    """Each is made by the commands in the docs, in a folder that is the operator's alone."""
    made = {file.name for file in secrets.iterdir()}
    tls = yaml.safe_load((FOLDER / "compose.tls.yaml").read_text("utf-8"))["secrets"]

    assert made == COMPOSE["secrets"].keys()
    assert COMPOSE["secrets"] | tls == {
        name: {"file": f"./secrets/{name}"} for name in made | tls.keys()
    }
    assert {name for each in SERVICES.values() for name in each.get("secrets", [])} == made
    assert stat.S_IMODE(secrets.stat().st_mode) == 0o700
    assert {stat.S_IMODE(file.stat().st_mode) for file in secrets.iterdir()} == {0o444}


def test_the_servers_read_their_settings(secrets: Path) -> None:
    """Nothing of the environment in compose.yaml is unknown to Trailmark."""
    for name in (*SERVERS, "migrate"):
        environment = {
            variable: value.replace("/run/secrets", str(secrets))
            for variable, value in SERVICES[name]["environment"].items()
        }
        settings = Settings.read(environment)

        password = (secrets / "database_password").read_text().strip()
        assert settings.database_url == f"postgres://trailmark:{password}@postgres/trailmark"
        assert settings.secret == (secrets / "secret").read_text().strip()
        assert settings.user_tokens.is_configured


def test_the_addresses_in_the_files_agree() -> None:
    """The servers trust the proxy alone, which finds them by the addresses that they have."""
    networks = {name: each["networks"] for name, each in SERVICES.items()}
    addresses = {
        name: found["front"]["ipv4_address"] for name, found in networks.items() if "front" in found
    }

    assert addresses.keys() == {*SERVERS, "proxy"}
    assert SERVICES["proxy"]["extra_hosts"] == [f"{name}:{addresses[name]}" for name in SERVERS]
    for name in SERVERS:
        assert SERVICES[name]["environment"]["TRAILMARK_TRUSTED_PROXIES"] == addresses["proxy"]


def test_the_proxy_takes_what_the_servers_take() -> None:
    """Bodies of the size that is the default, and idle connections for less time."""
    text = (FOLDER / "nginx.conf").read_text("utf-8")
    (size,) = re.findall(r"client_max_body_size (\d+)m;", text)
    (idle,) = re.findall(r"keepalive_timeout (\d+)s;", text)
    (kept,) = re.findall(r'"--keep-alive", "(\d+)"', (FOLDER / "Dockerfile").read_text("utf-8"))

    assert int(size) * 1024 * 1024 == Limits().body_bytes
    assert int(idle) < int(kept)


@pytest.mark.parametrize("file", ["deploy/container/nginx.conf", "docs/operating.md"])
def test_no_client_says_what_a_trusted_proxy_has_to_say(file: str) -> None:
    """nginx sets each header that counts from it, or takes it away."""
    text = (ROOT / file).read_text("utf-8")

    said = set(re.findall(r"^ +proxy_set_header (\S+) [^\n]+;$", text, re.MULTILINE))

    assert said >= {
        *("Host", "Forwarded", "X-Forwarded-For", "X-Request-Id"),
        *("X-Forwarded-Proto", "X-Forwarded-Host", "X-Forwarded-Prefix"),
    }


def test_migrating_ends_before_a_server_starts_and_begins_once_postgresql_answers() -> None:
    """So that no server starts on tables of another version."""
    assert SERVICES["migrate"]["command"] == ["migrate"]
    assert SERVICES["migrate"]["depends_on"] == {"postgres": {"condition": "service_healthy"}}
    for name in SERVERS:
        assert SERVICES[name]["depends_on"] == {
            "migrate": {"condition": "service_completed_successfully"}
        }
        assert SERVICES[name]["stop_grace_period"] == "15s"
