"""Where credentials may be: in one header, or a WebSocket's params, and never in an address."""

import itertools

import pytest
from websockets.exceptions import ConnectionClosed

from tests.support.access.callers import DENIED, Guarded, Reply, alias, token
from tests.support.live.clients import EVENTS

pytestmark = pytest.mark.slow  # a server for each test, on every transport

VIEWER = "{ viewer { alias } }"
ANN = {"viewer": {"alias": alias("ann")}}
ONE = "allowed is one `Authorization: Bearer …`"
NONE = "a key or a user token is needed: `Authorization: Bearer …`"
IN_ADDRESS = "credentials in an address are refused; send a header"
NAMES = ("token", "access_token", "Authorization", "key", "api_key", "apikey", "jwt", "TOKEN")


async def _get(guarded: Guarded, headers: list[tuple[str, str]], **params: str) -> Reply:
    given = {"query": VIEWER, **params}
    answer = await guarded.http.get("/graphql", params=given, headers=headers)
    return Reply(answer.status_code, answer.json(), dict(answer.headers))


def _message(reply: Reply) -> str:
    assert reply.status == 401
    assert reply.headers["www-authenticate"] == "Bearer"
    (error,) = reply.body["errors"]
    assert error["extensions"] == {"code": "UNAUTHENTICATED"}
    message: str = error["message"]
    return message


async def test_the_scheme_is_read_as_http_has_it(guarded: Guarded) -> None:
    """In upper or lower case, with spaces around the credential."""
    for scheme in ("Bearer ", "bearer ", "BEARER   "):
        reply = await _get(guarded, [("authorization", f"{scheme}{token()}")])
        assert reply.data == ANN


async def test_other_schemes_are_refused(guarded: Guarded) -> None:
    """Though what follows would be a genuine token."""
    for scheme in ("", "Basic ", "Token ", "Digest ", "Bearer: ", "Bearer=", "JWT ", "Bearer"):
        reply = await _get(guarded, [("Authorization", f"{scheme}{token()}")])
        assert _message(reply) == ONE, scheme
    for header in ("Bearer", ""):
        assert _message(await _get(guarded, [("Authorization", header)])) == ONE


async def test_what_follows_the_scheme_is_one_credential(guarded: Guarded) -> None:
    """Two in one header are none, nor is one that goes on after a comma."""
    for header in (f"Bearer {token()} {token()}", f"Bearer {token()}, Bearer {token('bob')}"):
        reply = await _get(guarded, [("Authorization", header)])
        assert reply.outcome == "UNAUTHENTICATED"


async def test_several_headers_are_refused(guarded: Guarded) -> None:
    """Whichever comes first: one that a proxy adds must not hide another."""
    ann, bob = f"Bearer {token('ann')}", f"Bearer {token('bob')}"
    for headers in ((ann, bob), (bob, ann), (ann, ann), (ann, ""), ("", ann), ("Basic YQ==", ann)):
        reply = await _get(guarded, [("Authorization", header) for header in headers])
        assert _message(reply) == ONE, headers


async def test_other_headers_are_no_credentials(guarded: Guarded) -> None:
    """Nor are cookies, which a browser would send along with a foreign page's request."""
    for name in ("Proxy-Authorization", "X-Authorization", "X-Api-Key", "X-Forwarded-User"):
        assert _message(await _get(guarded, [(name, f"Bearer {token()}")])) == NONE
    cookie = f"Authorization=Bearer {token()}; token={token()}"
    assert _message(await _get(guarded, [("Cookie", cookie)])) == NONE


@pytest.mark.parametrize("who", ["nobody", "ann", "admin"])
async def test_credentials_in_an_address_are_refused(guarded: Guarded, who: str) -> None:
    """Logs and histories keep addresses, so a client must learn it even with a good header."""
    credentials = (token(), guarded.credentials["admin"], "")
    for name, credential in itertools.product(NAMES, credentials):
        reply = await _get(guarded, list(guarded.headers(who).items()), **{name: credential})
        assert _message(reply) == IN_ADDRESS
        assert not credential or credential not in str(reply.body)


async def test_credentials_in_an_address_are_refused_by_every_route(guarded: Guarded) -> None:
    """POST, streams, exports and WebSockets."""
    headers = guarded.headers("admin")
    address = f"/graphql?token={token()}"
    for accept in ("application/json", EVENTS):
        answer = await guarded.http.post(
            address, json={"query": VIEWER}, headers={**headers, "Accept": accept}
        )
        assert answer.status_code == 401
    answer = await guarded.http.get("/export?user_id=ann&token=", headers=headers)
    assert answer.status_code == 401
    assert answer.json() == {"error": IN_ADDRESS, "code": "UNAUTHENTICATED"}

    async with guarded.connected(query="?access_token=" + token()) as line:
        with pytest.raises(ConnectionClosed):
            await line.init(headers)
        assert line.ending == (DENIED, IN_ADDRESS)


@pytest.mark.parametrize("who", ["ann", "read"])
async def test_a_websocket_takes_its_header_or_its_params(guarded: Guarded, who: str) -> None:
    """Browsers can send no header with an upgrade; other clients may."""
    async with guarded.connected(guarded.headers(who)) as line:
        assert await line.init() == {"type": "connection_ack"}
        by_header = await line.ask(VIEWER)
    async with guarded.connected() as line:
        params = {"authorization": guarded.headers(who)["Authorization"], "more": 1}
        assert await line.init(params) == {"type": "connection_ack"}
        by_params = await line.ask(VIEWER)

    expected = ANN if who == "ann" else {"viewer": None}
    assert (by_header.data, by_params.data) == (expected, expected)


@pytest.mark.parametrize(
    "params",
    [
        {"Authorization": "Bearer"},
        {"Authorization": None},
        {"Authorization": ["Bearer", "x"]},
        {"Authorization": {"Bearer": "x"}},
        {"Authorization": 42},
        {"Authorization": f"Bearer {token()}", "authorization": f"Bearer {token('bob')}"},
        {"token": token()},
        {"headers": {"Authorization": f"Bearer {token()}"}},
        {"Authorization": token()},
        {},
        None,
    ],
)
async def test_params_of_another_form_let_nobody_in(
    guarded: Guarded, params: dict[str, object] | None
) -> None:
    """The connection is closed before it was acknowledged; so it is without any."""
    async with guarded.connected() as line:
        with pytest.raises(ConnectionClosed):
            await line.init(params)

        assert line.ending[0] == DENIED


async def test_params_that_are_no_text_are_no_message(guarded: Guarded) -> None:
    """Half of a character cannot be read: the connection is closed as for any malformed message."""
    async with guarded.connected() as line:
        with pytest.raises(ConnectionClosed):
            await line.init({"Authorization": "Bearer \ud800"})

        assert line.ending == (4400, "a message must be JSON: no low surrogate in string")


async def test_bad_params_are_not_made_good_by_a_header(guarded: Guarded) -> None:
    """What a client says in the connection counts, not what came with the upgrade."""
    async with guarded.connected(guarded.headers("admin")) as line:
        with pytest.raises(ConnectionClosed):
            await line.init({"Authorization": "Bearer forged"})

        assert line.ending == (DENIED, "the token is not valid here")


async def test_nothing_is_executed_before_the_acknowledgement(guarded: Guarded) -> None:
    """Though the header of the upgrade was good."""
    async with guarded.connected(guarded.headers("admin")) as line:
        await line.subscribe("mutation { recalculateScores { users } }")

        assert await line.end() == (4401, "Unauthorized")
