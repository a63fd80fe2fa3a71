"""The tracking script: how it is served, that it fits the server, and that it is small."""

import gzip
import re
import shutil
import subprocess
from pathlib import Path

import httpx
import pytest
from graphql import parse, validate
from starlette.applications import Starlette

from graph.config.settings import Settings
from graph.pages.tracking import ASSETS, DOCUMENTS
from graph.server.app import create_app
from models.vocabulary import ACTIONS, ActionType, TargetKind
from tests.support.access.callers import TOKEN_SECRET, token
from tests.support.client import FixedClock
from tests.support.serving import serving
from tests.support.shared.documents import plain_schema

WEB = Path(__file__).parents[3] / "web"
SOURCE = WEB / "track"
MOST_BYTES = 6_000
SCRIPT = b"/* the script */"


@pytest.fixture
def built(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with stand-ins for what is built."""
    folder = tmp_path / "track"
    folder.mkdir()
    monkeypatch.setattr("graph.pages.tracking.ASSETS", folder)
    for name in ("track.js", "track.mjs", "track.d.mts"):
        (folder / name).write_bytes(SCRIPT)
    for name in DOCUMENTS:
        shutil.copy(SOURCE / "documents" / f"{name}.graphql", folder)
    return folder


@pytest.mark.parametrize(
    ("path", "media_type"),
    [
        ("/track.js", "text/javascript; charset=utf-8"),
        ("/track.mjs", "text/javascript; charset=utf-8"),
        ("/track.d.mts", "text/plain; charset=utf-8"),
        ("/trailmark/track.js", "text/javascript; charset=utf-8"),
    ],
)
@pytest.mark.usefixtures("built")
async def test_pages_of_every_site_may_load_it(tmp_path: Path, path: str, media_type: str) -> None:
    """Also under a proxy's path; they look again after an hour."""
    app = _app(tmp_path, root_path="/trailmark")

    response = await _get(app, path, Origin="https://app.example")

    assert response.status_code == 200
    assert response.content == SCRIPT
    assert response.headers["content-type"] == media_type
    assert response.headers["access-control-allow-origin"] == "*"
    assert response.headers["cross-origin-resource-policy"] == "cross-origin"
    cached = "public, max-age=3600, stale-while-revalidate=86400"
    assert response.headers["cache-control"] == cached


@pytest.mark.usefixtures("built")
async def test_whoever_has_it_is_sent_nothing(tmp_path: Path) -> None:
    """Packed and plain it has tags of its own; either is known again."""
    app = _app(tmp_path)

    plain = await _get(app, "/track.js", **{"Accept-Encoding": "identity"})
    packed = await _get(app, "/track.js", **{"Accept-Encoding": "gzip, br"})
    tags = [each.headers["etag"] for each in (plain, packed)]
    again = [
        await _get(app, "/track.js", **{"Accept-Encoding": encoding, "If-None-Match": tag})
        for encoding, tag in zip(("identity", "gzip"), tags, strict=True)
    ]
    other = await _get(app, "/track.js", **{"If-None-Match": '"another"'})

    assert packed.headers["content-encoding"] == "gzip"
    assert plain.headers["vary"] == packed.headers["vary"] == "Accept-Encoding"
    assert len(set(tags)) == 2
    assert [(each.status_code, each.content, each.headers["etag"]) for each in again] == [
        (304, b"", tag) for tag in tags
    ]
    assert other.status_code == 200


async def test_where_it_was_not_built_it_says_how(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It is 404, with a line for whoever looks."""
    monkeypatch.setattr("graph.pages.tracking.ASSETS", tmp_path / "none")

    response = await _get(_app(tmp_path), "/track.js")

    assert response.status_code == 404
    assert response.text.startswith("the tracking script is not built: run `make web`")
    assert response.text.count("\n") == 1


@pytest.mark.usefixtures("built")
async def test_it_can_be_switched_off(tmp_path: Path) -> None:
    """There is nothing at its addresses then."""
    app = _app(tmp_path, auto_track=False)

    for path in ("/track.js", "/track.mjs", "/track.d.mts"):
        response = await _get(app, path)
        assert response.status_code == 404
        assert response.json()["error"] == "there is no such address"


@pytest.mark.usefixtures("built")
@pytest.mark.parametrize(("auto_track", "code"), [(True, None), (False, "FORBIDDEN")])
async def test_its_documents_are_trusted_where_no_others_are(
    sqlite_file: Path, tmp_path: Path, clock: FixedClock, auto_track: bool, code: str | None
) -> None:
    """The operator need not name them, as long as the script is served."""
    settings = Settings(
        f"sqlite://{shutil.copy(sqlite_file, tmp_path / 'trailmark.db')}",
        token_secret=TOKEN_SECRET,
        documents={"own": "{ viewer { alias } }"},
        documents_only=True,
        auto_track=auto_track,
    )
    async with serving(settings, clock) as caller:
        caller.http.headers["Authorization"] = f"Bearer {token('ann')}"
        record = (SOURCE / "documents" / "record.graphql").read_text()
        inputs = [{"action": "VIEW", "postId": "p"}]
        answer = await caller.send(record, inputs=inputs)

    found = answer["errors"][0]["extensions"]["code"] if "errors" in answer else None
    assert found == code


@pytest.mark.parametrize("name", DOCUMENTS)
def test_its_documents_fit_the_schema(name: str) -> None:
    """What it sends is valid."""
    text = (SOURCE / "documents" / f"{name}.graphql").read_text()

    assert validate(plain_schema(), parse(text)) == []


def test_it_knows_the_actions_as_the_server_does() -> None:
    """Which are states, which exclude each other, and what each is done to."""
    text = (SOURCE / "actions.ts").read_text()
    declared = (SOURCE / "track.d.mts").read_text()
    states, excluding, kinds = re.split(r"export const \w+", text)[1:4]
    targets = {each.type: each.target_kind for each in ACTIONS.values()}

    assert set(re.findall(r"[A-Z]{2}[A-Z_]+", states)) == {
        each.type for each in ACTIONS.values() if each.is_state
    }
    assert dict(re.findall(r'(\w+): "(\w+)"', excluding)) == {
        each.type: each.excludes for each in ACTIONS.values() if each.excludes
    }
    assert dict(re.findall(r'(\w+): "(\w+)"', kinds)) == {
        action: kind for action, kind in targets.items() if kind is not TargetKind.POST
    }
    assert set(re.findall(r'\| "(\w+)"', declared)) - set(TargetKind) == set(ActionType)


@pytest.mark.parametrize("name", ["track.js", "track.mjs"])
def test_it_is_small(name: str) -> None:
    """Packed it is less than 6 kB."""
    if not (ASSETS / name).exists():
        pytest.skip("the tracking script is not built: run `make web`")

    assert len(gzip.compress((ASSETS / name).read_bytes())) < MOST_BYTES


@pytest.mark.slow
def test_its_types_are_right() -> None:
    """TypeScript finds nothing, and the module is what its declaration says."""
    compiler = WEB / "node_modules" / ".bin" / "tsc"
    if not compiler.exists():
        pytest.skip("the TypeScript compiler is not installed: run `make web`")

    done = subprocess.run(
        [compiler, "--project", SOURCE], capture_output=True, text=True, timeout=120
    )

    assert (done.stdout, done.returncode) == ("", 0)


def _app(folder: Path, **settings: object) -> Starlette:
    return create_app(Settings(f"sqlite://{folder / 'trailmark.db'}", **settings))  # type: ignore[arg-type]


async def _get(app: Starlette, path: str, **headers: str) -> httpx.Response:
    transport = httpx.ASGITransport(app)
    async with httpx.AsyncClient(transport=transport, base_url="http://server") as client:
        return await client.get(path, headers=headers)
