"""compose.yaml at work: two servers behind nginx over PostgreSQL, each by what the files say."""

import json
import shutil
import ssl
import subprocess
import time
from collections.abc import Iterator

import httpx
import jwt
import pytest
from websockets.asyncio.client import connect
from websockets.typing import Origin, Subprotocol

from graph.transport.documents.limits import Limits
from tests.support.deploy.image import Stage
from tests.support.deploy.site import Site, made_database, make_secrets, services, site
from tests.support.durability.nginx import write_certificate
from tests.support.live.streams import soon

QUERY = "{ __typename }"
MINE = 'mutation { recordInteraction(input: {action: VIEW, postId: "p"}) { outcome } }'

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def whole(image: Stage, postgres: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """The site, with a certificate of its own."""
    folder = tmp_path_factory.mktemp("site")
    secrets = make_secrets(folder)
    write_certificate(folder)
    shutil.copy(folder / "certificate.pem", secrets / "tls_certificate")
    shutil.copy(folder / "key.pem", secrets / "tls_key")
    with made_database(postgres, secrets), site(image, secrets, folder) as found:
        yield found


def _token(site: Site) -> dict[str, str]:
    secret = (site.secrets / "token_secret").read_text().strip()
    now = int(time.time())
    claims = {"sub": "ann", "iat": now, "exp": now + 600}
    return {"Authorization": f"Bearer {jwt.encode(claims, secret, 'HS256')}"}


def _client(site: Site, url: str, **headers: str) -> httpx.Client:
    tls = ssl.create_default_context(cafile=site.secrets / "tls_certificate")
    return httpx.Client(
        base_url=url, verify=tls, headers=_token(site) | headers, timeout=30, trust_env=False
    )


def test_the_proxy_is_found_healthy(whole: Site) -> None:
    """By its own healthcheck."""
    command = [
        word.replace(":8080", f":{whole.port}")
        for word in services()["proxy"]["healthcheck"]["test"][1:]
    ]

    assert subprocess.run(command, timeout=60).returncode == 0


@pytest.mark.parametrize("where", ["tls", "plain", "behind"])
def test_links_have_the_scheme_and_host_of_the_client(whole: Site, where: str) -> None:
    """Wherever TLS ends; what a client makes up of them does not count."""
    url = whole.tls_url if where == "tls" else whole.url
    made_up = {"Forwarded": "host=evil.example", "X-Forwarded-Prefix": "/evil"}
    headers = made_up | {"X-Forwarded-Host": "evil.example"}
    if where == "behind":
        headers["X-Forwarded-Proto"] = "https"
    with _client(whole, url, **headers) as http:
        for target in ("p", "q"):
            told = {"user": "ann", "activity_type": "view", "target": target}
            assert http.post("/activities/", json=told).status_code == 201
        link = http.get("/activities/?page_size=1").json()["next"]

    scheme = "http" if where == "plain" else "https"
    assert link.startswith(f"{scheme}://{url.partition('://')[2]}/activities/?")


def test_bodies_pass_as_large_as_the_servers_take_them(whole: Site) -> None:
    """And no larger ones."""
    limit = Limits().body_bytes
    empty = json.dumps({"query": QUERY, "variables": {"text": ""}})
    with _client(whole, whole.url) as http:
        statuses = [
            http.post(
                "/graphql",
                content=empty.replace('""', '"' + "a" * (size - len(empty)) + '"'),
                headers={"Content-Type": "application/json"},
            ).status_code
            for size in (limit, limit + 1)
        ]

    assert statuses == [200, 413]


async def test_sockets_open_from_pages_that_the_proxy_serves_by_tls(whole: Site) -> None:
    """Their origin is that of the page."""
    tls = ssl.create_default_context(cafile=whole.secrets / "tls_certificate")
    async with connect(
        f"{whole.tls_url}/graphql".replace("https", "wss"),
        ssl=tls,
        origin=Origin(whole.tls_url),
        subprotocols=[Subprotocol("graphql-transport-ws")],
        proxy=None,
    ) as socket:
        await socket.send(json.dumps({"type": "connection_init", "payload": _token(whole)}))

        assert json.loads(await soon(socket.recv())) == {"type": "connection_ack"}


def test_one_server_that_is_replaced_is_missed_by_nobody(whole: Site) -> None:
    """What was sent before it went is answered, and then the other answers all."""
    with _client(whole, whole.url) as http:
        outcomes = []
        for number in range(60):
            if number == 20:
                whole.servers[0].process.terminate()
            answer = http.post("/graphql", json={"query": MINE})
            outcomes.append(answer.status_code)
        whole.servers[0].wait()
        outcomes += [http.post("/graphql", json={"query": MINE}).status_code for _ in range(20)]

    assert set(outcomes) == {200}
