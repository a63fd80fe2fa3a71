"""Access by the command line and across processes: who `serve` listens to, and keys it is given."""

import os
import re
import socket
import subprocess
import time
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from pathlib import Path

import httpx
import pytest

from tests.support.access.callers import DENIED, TOKEN_SECRET, Guarded, token
from tests.support.client import FixedClock
from tests.support.durability.server import PROGRAM, SECRET, until_awaited
from tests.support.live.streams import Stage
from tests.support.sql import run

pytestmark = pytest.mark.slow  # each test starts the command once or more often

READ = '{ post(id: "p") { postId } }'
GOOD = {"post": {"postId": "p"}}
INTROSPECTION = "{ __schema { queryType { name } } }"
OPEN = "OPEN TO EVERYONE ON THIS MACHINE: no credentials are configured."
REFUSED = """\
--host {} is open to others, and no credentials are configured; make a key with \
`trailmark keys create --scope admin`, set TRAILMARK_TOKEN_SECRET, or listen on a loopback \
address such as 127.0.0.1
"""
KEPT = {name: value for name, value in os.environ.items() if "TRAILMARK" not in name}


def _environment(url: str, **more: str) -> dict[str, str]:
    return {**KEPT, "TRAILMARK_DATABASE_URL": url, "TRAILMARK_SECRET": SECRET, **more}


def _run(url: str, *arguments: str, **more: str) -> tuple[int, str, str]:
    """The exit code of a command, and what it said on both streams."""
    done = subprocess.run(
        [PROGRAM, *arguments],
        env=_environment(url, **more),
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    return done.returncode, done.stdout, done.stderr


@contextmanager
def _process(url: str, log: Path, *arguments: str, **more: str) -> Iterator[None]:
    with log.open("wb") as said:
        process = subprocess.Popen(
            [PROGRAM, "serve", *arguments], env=_environment(url, **more), stdout=said, stderr=said
        )
    try:
        yield
    finally:
        process.terminate()
        process.wait(30)


@asynccontextmanager
async def _served(url: str, log: Path, *arguments: str, **more: str) -> AsyncIterator[Guarded]:
    """A server in a process of its own, called as nobody unless a credential is given."""
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        port: int = listener.getsockname()[1]
    base = f"http://127.0.0.1:{port}"
    with _process(url, log, "--port", str(port), *arguments, **more):
        async with httpx.AsyncClient(base_url=base, timeout=30, trust_env=False) as http:

            async def is_ready() -> bool:
                try:
                    return (await http.get("/readyz")).status_code == 200
                except httpx.TransportError:
                    return False

            await until_awaited(is_ready, 60)
            yield Guarded(port, http, url, FixedClock(), {}, Stage())


@pytest.mark.parametrize("host", ["0.0.0.0", "::"])  # noqa: S104
def test_without_credentials_others_are_not_listened_to(sqlite_url: str, host: str) -> None:
    """It exits with 2 and says what to do."""
    code, out, err = _run(sqlite_url, "serve", "--host", host)

    assert (code, out, err) == (2, "", REFUSED.format(host))


@pytest.mark.slow
def test_keys_are_made_listed_and_revoked(sqlite_url: str) -> None:
    """The key alone on standard output, once; a list by ids; a second revocation fails."""
    code, key, err = _run(sqlite_url, "keys", "create", "--scope", "read", "--name", "a name")
    assert (code, err) == (0, "")
    assert re.fullmatch(r"tmk_[0-9a-f]{12}_[\w-]{43}\n", key)
    id = key.split("_")[1]

    code, listed, err = _run(sqlite_url, "keys", "list")
    assert (code, err) == (0, "")
    shown, scope, _, ended, name = listed.rstrip("\n").split("\t")
    assert (shown, scope, ended, name) == (id, "read", "-", "a name")
    assert key.strip().split("_", 2)[2] not in listed

    assert _run(sqlite_url, "keys", "revoke", id) == (0, "", f"revoked {id}\n")
    assert _run(sqlite_url, "keys", "list")[1].split("\t")[3].startswith("revoked 20")
    code, out, err = _run(sqlite_url, "keys", "revoke", id)
    assert (code, out) == (2, "")
    assert err.startswith(f"there is no key '{id}' that is not revoked")


@pytest.mark.slow
@pytest.mark.parametrize(
    "given", [["--scope", "read,record"], ["--scope", "read", "--scope", "record"]]
)
def test_a_key_may_have_several_scopes(sqlite_url: str, given: list[str]) -> None:
    """By commas or by several options; the list shows all of them."""
    assert _run(sqlite_url, "keys", "create", *given)[0] == 0

    assert _run(sqlite_url, "keys", "list")[1].split("\t")[1] == "record,read"


@pytest.mark.parametrize(
    ("scope", "name", "said"),
    [
        ("user", "", "--scope is 'user'; allowed are record, read, admin"),
        ("read,", "", "--scope is ''; allowed are record, read, admin"),
        ("read", "a\tb", "--name has 3 characters; allowed are at most 64, printable"),
        ("read", "a" * 65, "--name has 65 characters; allowed are at most 64, printable"),
    ],
)
async def test_keys_of_no_scope_are_not_made(
    sqlite_url: str, scope: str, name: str, said: str
) -> None:
    """Nor are those whose names would break the list."""
    printed = _run(sqlite_url, "keys", "create", "--scope", scope, "--name", name)

    assert printed == (2, "", f"{said}\n")
    assert await run(sqlite_url, "SELECT * FROM api_keys") == []


@pytest.mark.slow
async def test_with_a_key_others_are_listened_to(sqlite_url: str, tmp_path: Path) -> None:
    """Then there is neither explorer nor introspection, unless they are asked for."""
    key = _run(sqlite_url, "keys", "create", "--scope", "admin")[1].strip()
    everywhere = ("--host", "0.0.0.0")  # noqa: S104
    async with _served(sqlite_url, tmp_path / "log", *everywhere) as guarded:
        assert (await guarded.post(key, READ)).data == GOOD
        assert (await guarded.post("nobody", READ)).outcome == "UNAUTHENTICATED"
        assert (await guarded.post(key, INTROSPECTION)).outcome == "BAD_USER_INPUT"
        page = await guarded.http.get("/graphql", headers={"Accept": "text/html"})
        assert "text/html" not in page.headers["content-type"]
        assert OPEN not in (tmp_path / "log").read_text()
    asked = {"TRAILMARK_INTROSPECTION": "on", "TRAILMARK_EXPLORER": "on"}
    async with _served(sqlite_url, tmp_path / "log", *everywhere, **asked) as guarded:
        assert (await guarded.post(key, INTROSPECTION)).outcome == "yes"
        page = await guarded.http.get("/graphql", headers={"Accept": "text/html"})
        assert "text/html" in page.headers["content-type"]


@pytest.mark.slow
async def test_tokens_alone_are_credentials_enough(sqlite_url: str, tmp_path: Path) -> None:
    """To listen to others, and to shut out those who bring none."""
    more = {"TRAILMARK_TOKEN_SECRET": TOKEN_SECRET}
    arguments = ("--host", "0.0.0.0")  # noqa: S104
    async with _served(sqlite_url, tmp_path / "log", *arguments, **more) as guarded:
        assert (await guarded.post(token(), READ)).data == GOOD
        assert (await guarded.post("nobody", READ)).outcome == "UNAUTHENTICATED"


@pytest.mark.slow
async def test_a_server_that_runs_learns_of_keys_within_ten_seconds(
    database_url: str, tmp_path: Path
) -> None:
    """Of the first, which closes the open mode; of a new one at once; of a revocation in time."""
    async with _served(database_url, tmp_path / "log") as guarded:
        assert OPEN in (tmp_path / "log").read_text()
        assert (await guarded.post("nobody", READ)).data == GOOD

        first = _run(database_url, "keys", "create", "--scope", "read")[1].strip()
        made_at = time.monotonic()

        async def is_shut() -> bool:
            return (await guarded.post("nobody", READ)).outcome == "UNAUTHENTICATED"

        await until_awaited(is_shut)
        assert time.monotonic() - made_at < 10
        assert (await guarded.post(first, READ)).data == GOOD
        second = _run(database_url, "keys", "create", "--scope", "read")[1].strip()
        assert (await guarded.post(second, READ)).data == GOOD

        async with guarded.line(first) as line, guarded.line(second) as other:
            assert _run(database_url, "keys", "revoke", first.split("_")[1])[0] == 0
            revoked_at = time.monotonic()

            assert (await line.end())[0] == DENIED
            assert time.monotonic() - revoked_at < 10
            assert (await guarded.post(first, READ)).outcome == "UNAUTHENTICATED"
            assert (await other.ask(READ)).data == GOOD


@pytest.mark.parametrize(("letters", "warned"), [(31, 1), (32, 0)])
async def test_a_token_secret_shorter_than_advised_is_warned_of(
    sqlite_url: str, tmp_path: Path, letters: int, warned: int
) -> None:
    """It serves all the same: RFC 7518 asks for 32 bytes, and older secrets are shorter."""
    log = tmp_path / "serve.log"

    async with _served(sqlite_url, log, TRAILMARK_TOKEN_SECRET="x" * letters):
        said = " ".join(log.read_text().split())

    assert said.count(f"TRAILMARK_TOKEN_SECRET has {letters} bytes") == warned
    assert said.count("at least 32 are advised (RFC 7518, section 3.2)") == warned
