"""User tokens by the keys of a key set at a URL: fetched, rotated, and away for a while."""

import asyncio
import logging
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from types import SimpleNamespace
from typing import Any

import pytest
from starlette.responses import JSONResponse, PlainTextResponse, RedirectResponse, Response

from graph.config.settings import Settings
from tests.support.access.callers import (
    TOKEN_SECRET,
    TRANSPORTS,
    Guarded,
    alias,
    serving_guarded,
    token,
)
from tests.support.access.signing import KeySets, ec_key, jwk, key_sets, pem, rsa_key
from tests.support.serving import SECRET

pytestmark = pytest.mark.slow  # a server for each test, on every transport

VIEWER = "{ viewer { alias } }"
ANN = {"viewer": {"alias": alias("ann")}}


def rs256(name: str = "", kid: str | None = None, **claims: Any) -> str:
    headers = None if kid is None else {"kid": kid}
    return token(key=rsa_key(name), algorithm="RS256", headers=headers, **claims)


def es256(name: str = "", kid: str | None = None) -> str:
    headers = None if kid is None else {"kid": kid}
    return token(key=ec_key(name), algorithm="ES256", headers=headers)


@asynccontextmanager
async def _served(url: str, *keys: dict[str, Any]) -> AsyncIterator[tuple[Guarded, KeySets]]:
    async with (
        key_sets(*keys) as served,
        serving_guarded(Settings(url, SECRET, token_jwks_url=served.url)) as guarded,
    ):
        yield guarded, served


async def _outcome(guarded: Guarded, token: str) -> str:
    return (await guarded.post(token, VIEWER)).outcome


async def test_both_kinds_of_key_are_taken_by_their_ids(sqlite_url: str) -> None:
    """RS256 for RSA, ES256 for P-256; each key opens for its own id alone."""
    keys = jwk(rsa_key(), "r"), jwk(ec_key(), "e"), jwk(rsa_key("other"), "o")
    async with _served(sqlite_url, *keys) as (guarded, served):
        assert await guarded.data(rs256(kid="r"), VIEWER) == ANN
        assert await guarded.data(es256(kid="e"), VIEWER) == ANN
        for forged in (rs256(kid="o"), rs256(kid="e"), es256(kid="r"), rs256(), es256("x", "e")):
            assert await _outcome(guarded, forged) == "UNAUTHENTICATED"
        assert served.requests == 1


async def test_the_only_key_needs_no_id(sqlite_url: str) -> None:
    """A token without `kid` is checked by it."""
    async with _served(sqlite_url, jwk(rsa_key(), "r")) as (guarded, _):
        assert await guarded.data(rs256(), VIEWER) == ANN
        assert await guarded.data(rs256(kid="r"), VIEWER) == ANN
        assert await _outcome(guarded, rs256("other")) == "UNAUTHENTICATED"


async def test_keys_that_are_not_for_this_sign_nothing(sqlite_url: str) -> None:
    """Keys for encryption, secrets, other curves, and an `alg` other than ours."""
    secret = {"kty": "oct", "k": "YSBzZWNyZXQgdGhhdCBldmVyeW9uZSBjYW4gc2VlIGhlcmU", "kid": "s"}
    shown = "a secret that everyone can see here"
    keys = jwk(rsa_key(), "enc", use="enc"), secret, jwk(rsa_key("fine"), "fine")
    async with _served(sqlite_url, *keys) as (guarded, _):
        forged = {
            "for encryption": rs256(kid="enc"),
            "the secret": token(key=shown, headers={"kid": "s"}),
            "the public key as one": token(key=TOKEN_SECRET, headers={"kid": "fine"}),
            "RS512": token(key=rsa_key("fine"), algorithm="RS512", headers={"kid": "fine"}),
            "PS256": token(key=rsa_key("fine"), algorithm="PS256", headers={"kid": "fine"}),
        }
        outcomes = {name: await _outcome(guarded, each) for name, each in forged.items()}

        assert outcomes == dict.fromkeys(forged, "UNAUTHENTICATED")
        assert await _outcome(guarded, rs256("fine", "fine")) == "yes"


async def test_many_at_once_fetch_once(sqlite_url: str) -> None:
    """However many tokens come while nothing is known yet, and however many ids are unknown."""
    async with _served(sqlite_url, jwk(rsa_key(), "r"), jwk(ec_key(), "e")) as (guarded, served):
        tokens = [rs256(kid="r"), es256(kid="e"), rs256(kid="unknown"), rs256(kid="another")]

        outcomes = await asyncio.gather(*(_outcome(guarded, each) for each in tokens * 10))

        assert outcomes == ["yes", "yes", "UNAUTHENTICATED", "UNAUTHENTICATED"] * 10
        assert served.requests == 1


async def test_a_new_key_is_fetched_when_it_is_first_used(
    sqlite_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """One fetch for a new id, after which the old key is gone if the set no longer holds it."""
    monkeypatch.setattr("graph.access.key_sets.JWKS_RETRY_S", 0.1)
    async with _served(sqlite_url, jwk(rsa_key(), "old")) as (guarded, served):
        assert await _outcome(guarded, rs256(kid="old")) == "yes"
        served.keys = [jwk(rsa_key("new"), "new")]
        assert await _outcome(guarded, rs256(kid="old")) == "yes"
        await asyncio.sleep(0.11)

        assert await guarded.data(rs256("new", "new"), VIEWER) == ANN
        assert await _outcome(guarded, rs256(kid="old")) == "UNAUTHENTICATED"
        assert served.requests == 2


async def test_unknown_ids_do_not_fetch_at_will(sqlite_url: str) -> None:
    """Within half a minute of a fetch, tokens of ids that nobody has set off none."""
    async with _served(sqlite_url, jwk(rsa_key(), "r")) as (guarded, served):
        await _outcome(guarded, rs256(kid="r"))

        for number in range(20):
            assert await _outcome(guarded, rs256(kid=f"made up {number}")) == "UNAUTHENTICATED"

        assert served.requests == 1


async def test_keys_are_fetched_again_after_a_while(
    sqlite_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """So that one which was taken out of the set is refused even if nobody uses a new one."""
    monkeypatch.setattr("graph.access.key_sets.JWKS_S", 0.1)
    monkeypatch.setattr("graph.access.key_sets.JWKS_RETRY_S", 0.05)
    async with _served(sqlite_url, jwk(rsa_key(), "leaked")) as (guarded, served):
        assert await _outcome(guarded, rs256(kid="leaked")) == "yes"
        served.keys = [jwk(rsa_key("new"), "new")]
        await asyncio.sleep(0.15)

        assert await _outcome(guarded, rs256(kid="leaked")) == "UNAUTHENTICATED"


BROKEN: dict[str, Response] = {
    "an error": PlainTextResponse("away", 503),
    "gone": PlainTextResponse("gone", 404),
    "no JSON": PlainTextResponse("<html>"),
    "a list": JSONResponse([]),
    "a text": JSONResponse("keys"),
    "no keys": JSONResponse({}),
    "an empty set": JSONResponse({"keys": []}),
    "keys of no form": JSONResponse({"keys": [1, None, "a"]}),
    "keys of no kind": JSONResponse({"keys": [{"kty": "?"}, {"kty": "RSA", "n": 5, "e": 3}]}),
    "elsewhere": RedirectResponse("http://127.0.0.1:1/jwks.json"),
}


@pytest.mark.parametrize("instead", BROKEN)
async def test_while_there_are_no_keys_nobody_is_let_in(sqlite_url: str, instead: str) -> None:
    """503 and OVERLOADED, since it is not the caller's fault; and in once there are."""
    async with _served(sqlite_url, jwk(rsa_key(), "r")) as (guarded, served):
        served.instead = BROKEN[instead]
        replies = [await guarded.ask(each, rs256(kid="r"), VIEWER) for each in TRANSPORTS]

        *over_http, over_websocket = replies
        assert [(reply.status, reply.codes) for reply in over_http] == [(503, {"OVERLOADED"})] * 3
        assert over_websocket.status == 1013
        assert served.requests == 1


@pytest.mark.parametrize("kind", ["Ed25519 alone", "for encryption alone", "an empty set"])
async def test_a_set_without_a_key_of_use_is_called_so(
    sqlite_url: str, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch, kind: str
) -> None:
    """503 with the reason, told once in the log; it is not fetched for each token, nor each second,
    but after the pause of every fetch in vain."""
    monkeypatch.setattr("graph.access.key_sets.DOWN_S", 0.0)
    monkeypatch.setattr("graph.access.key_sets.JWKS_RETRY_S", 0.5)
    useless = {
        "Ed25519 alone": [{"kty": "OKP", "crv": "Ed25519", "kid": "d", "x": "A" * 43}],
        "for encryption alone": [jwk(rsa_key(), "r", use="enc")],
        "an empty set": [],
    }
    async with _served(sqlite_url, *useless[kind]) as (guarded, served):
        with caplog.at_level(logging.WARNING, "graph.access.key_sets"):
            replies = [await guarded.post(rs256(kid="r"), VIEWER) for _ in range(5)]
        fetches = served.requests
        served.keys = [jwk(rsa_key(), "r")]
        await asyncio.sleep(0.5)

        assert await _outcome(guarded, rs256(kid="r")) == "yes"

    reason = (
        "the key set of user tokens holds no key that may check them; "
        "allowed are RSA of 2048 bits or more, and P-256"
    )
    left = {
        "Ed25519 alone": "; left out are 'd' (its `kty` is 'OKP')",
        "for encryption alone": "; left out are 'r' (its `use` is 'enc')",
        "an empty set": "",
    }
    assert {(reply.status, reply.outcome) for reply in replies} == {(503, "OVERLOADED")}
    assert {reply.body["errors"][0]["message"] for reply in replies} == {reason}
    assert [record.getMessage() for record in caplog.records] == [
        f"{reason}: {served.url}{left[kind]}"
    ]
    assert fetches == 1


@pytest.mark.parametrize(
    ("instead", "why"),
    [
        ("an error", "it answers 503"),
        ("elsewhere", "it answers 307"),
        ("no JSON", "JSONDecodeError: Expecting value: line 1 column 1 (char 0)"),
    ],
)
async def test_the_log_says_which_address_gave_no_keys_and_why(
    sqlite_url: str, caplog: pytest.LogCaptureFixture, instead: str, why: str
) -> None:
    """Without the credentials that the address holds."""
    async with key_sets() as served:
        served.instead = BROKEN[instead]
        address = served.url.replace("//", "//user:pass@") + "?key=hidden"
        async with serving_guarded(Settings(sqlite_url, SECRET, token_jwks_url=address)) as guarded:
            with caplog.at_level(logging.WARNING, "graph.access.key_sets"):
                assert await _outcome(guarded, rs256(kid="r")) == "OVERLOADED"

    more = "more are counted for a minute"
    said = f"the keys of user tokens cannot be fetched from {served.url}: {why}; {more}"
    assert [record.getMessage() for record in caplog.records] == [said]


async def test_while_there_are_no_keys_nobody_exports(sqlite_url: str) -> None:
    """It is 503 there too."""
    async with _served(sqlite_url, jwk(rsa_key(), "r")) as (guarded, served):
        served.instead = BROKEN["an error"]

        answer = await guarded.http.get("/export", headers=guarded.headers(rs256(kid="r")))

        assert answer.status_code == 503
        assert answer.json() == {
            "error": "the keys of user tokens cannot be fetched now; try again shortly",
            "code": "OVERLOADED",
        }


async def test_they_are_let_in_once_there_are_keys(
    sqlite_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A second after it failed, the next token tries again."""
    monkeypatch.setattr("graph.access.key_sets.DOWN_S", 0.05)
    async with _served(sqlite_url, jwk(rsa_key(), "r")) as (guarded, served):
        served.instead = BROKEN["an error"]
        assert await _outcome(guarded, rs256(kid="r")) == "OVERLOADED"
        served.instead = None
        await asyncio.sleep(0.06)

        assert await _outcome(guarded, rs256(kid="r")) == "yes"


@pytest.mark.parametrize("instead", BROKEN)
async def test_keys_go_on_while_their_server_is_away(
    sqlite_url: str, monkeypatch: pytest.MonkeyPatch, instead: str
) -> None:
    """Those known before are taken; unknown ones are not, and ask for no fetch each."""
    monkeypatch.setattr("graph.access.key_sets.JWKS_S", 0.05)
    monkeypatch.setattr("graph.access.key_sets.JWKS_RETRY_S", 0.05)
    async with _served(sqlite_url, jwk(rsa_key(), "r"), jwk(ec_key(), "e")) as (guarded, served):
        assert await _outcome(guarded, rs256(kid="r")) == "yes"
        served.instead = BROKEN[instead]
        await asyncio.sleep(0.06)
        monkeypatch.setattr("graph.access.key_sets.JWKS_RETRY_S", 30.0)
        monkeypatch.setattr("graph.access.key_sets.JWKS_S", 600.0)

        for _ in range(5):
            assert await _outcome(guarded, rs256(kid="r")) == "yes"
            assert await _outcome(guarded, es256(kid="e")) == "yes"
            assert await _outcome(guarded, rs256(kid="made up")) == "UNAUTHENTICATED"
        assert served.requests <= 2


async def test_a_failed_fetch_is_not_repeated_for_each_token(
    sqlite_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Neither for known ids whose keys have aged, nor for unknown ones."""
    async with _served(sqlite_url, jwk(rsa_key(), "r")) as (guarded, served):
        assert await _outcome(guarded, rs256(kid="r")) == "yes"
        served.instead = BROKEN["an error"]
        an_hour_later = SimpleNamespace(monotonic=lambda: time.monotonic() + 3_600)
        monkeypatch.setattr("graph.access.key_sets.time", an_hour_later)
        known, unknown = rs256(kid="r"), rs256(kid="made up")

        outcomes = await asyncio.gather(
            *(_outcome(guarded, each) for each in [known, unknown] * 10)
        )

        assert outcomes == ["yes", "UNAUTHENTICATED"] * 10
        assert served.requests == 2


async def test_a_key_set_stands_beside_a_secret(sqlite_url: str) -> None:
    """Each token goes by its algorithm; the set's public keys are no secrets."""
    async with key_sets(jwk(rsa_key(), "r")) as served:
        settings = Settings(
            sqlite_url, SECRET, token_secret=TOKEN_SECRET, token_jwks_url=served.url
        )
        async with serving_guarded(settings) as guarded:
            assert await _outcome(guarded, token()) == "yes"
            assert served.requests == 0
            assert await _outcome(guarded, rs256(kid="r")) == "yes"
            forged = token(key=pem(rsa_key()).replace("PUBLIC", "public"), headers={"kid": "r"})
            assert await _outcome(guarded, forged) == "UNAUTHENTICATED"
