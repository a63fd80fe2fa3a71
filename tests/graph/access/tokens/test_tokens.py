"""User tokens: whom they let in, and that no forged one lets anybody in."""

import base64
import hashlib
import hmac
import json
import time
from typing import Any

import pytest

from graph.access.user_tokens import TOKEN_LENGTH
from graph.config.settings import Settings
from tests.support.access.callers import (
    TOKEN_SECRET,
    TRANSPORTS,
    Guarded,
    alias,
    serving_guarded,
    token,
)
from tests.support.access.signing import ec_key, pem, rsa_key, unsigned
from tests.support.serving import SECRET

AUDIENCE, ISSUER = "trailmark", "https://id.example"
VIEWER = "{ viewer { alias } }"
LATER = int(time.time()) + 86_400
CLAIMS = json.dumps({"sub": "ann", "exp": LATER})
#: Tokens that are signed as they should be, and say what they should not.
WRONG_CLAIMS = {
    "expired": token(exp=int(time.time()) - 31),
    "expired long ago": token(exp=1),
    "no exp": token(exp=None),
    "exp of text": token(exp="tomorrow"),
    "exp is infinite": token(exp=float("inf")),
    "exp is no number": token(exp=float("nan")),
    "exp beyond floats": token(exp=10**400),
    "exp is a list": token(exp=[LATER]),
    "not yet": token(nbf=LATER),
    "issued in the future": token(iat=LATER),
    "no sub": token(sub=None),
    "empty sub": token(sub=""),
    "long sub": token(sub="a" * 256),
    "control in sub": token(sub="ann\n"),
    "nul in sub": token(sub="ann\0"),
    "surrogate in sub": token(sub="\ud800"),
}
#: What `sub` may not be, besides texts that are no ids.
NO_TEXTS = ("true", "null", '["ann"]', '{"id": "ann"}', "1.5")


def _by_hand(header: str, claims: str, key: str = TOKEN_SECRET) -> str:
    """A token of these very texts, signed by HS256."""
    signed = unsigned(header, claims).rpartition(".")[0]
    signature = hmac.digest(key.encode(), signed.encode(), hashlib.sha256)
    return f"{signed}.{base64.urlsafe_b64encode(signature).rstrip(b'=').decode()}"


def _settings(url: str, **others: Any) -> Settings:
    return Settings(url, SECRET, **others)


async def _outcomes(guarded: Guarded, tokens: dict[str, str]) -> dict[str, str]:
    """What each token comes to; `yes` is Ann."""
    outcomes = {}
    for name, each in tokens.items():
        reply = await guarded.post(each, VIEWER)
        assert reply.status in (200, 401), name
        if reply.status == 200:
            assert reply.data == {"viewer": {"alias": alias("ann")}}
        else:
            assert reply.headers["www-authenticate"] == "Bearer"
            assert each not in json.dumps(reply.body)
        outcomes[name] = reply.outcome
    return outcomes


def _all(tokens: dict[str, str], outcome: str) -> dict[str, str]:
    return dict.fromkeys(tokens, outcome)


@pytest.mark.parametrize("transport", TRANSPORTS)
async def test_a_genuine_token_is_its_user(guarded: Guarded, transport: str) -> None:
    """By every transport; the alias is that of the id in `sub`."""
    reply = await guarded.ask(transport, token("ann"), VIEWER)

    assert reply.data == {"viewer": {"alias": alias("ann")}}


async def test_ids_are_taken_as_they_are(guarded: Guarded) -> None:
    """Up to 255 characters of any script; an id that looks like a key or an alias is an id."""
    for sub in ("a" * 255, "Ånn 🐈", "tmk_0123_x", alias("bob"), " ann "):
        assert await guarded.data(token(sub), VIEWER) == {"viewer": {"alias": alias(sub)}}


async def test_tokens_that_say_what_they_should_not_are_refused(guarded: Guarded) -> None:
    """Genuine or not: expired, endless, nobody's, or of an id that nobody can have."""
    assert await _outcomes(guarded, WRONG_CLAIMS) == _all(WRONG_CLAIMS, "UNAUTHENTICATED")
    header = '{"alg": "HS256", "typ": "JWT"}'
    by_hand = {sub: _by_hand(header, f'{{"sub": {sub}, "exp": {LATER}}}') for sub in NO_TEXTS}
    assert await _outcomes(guarded, by_hand) == _all(by_hand, "UNAUTHENTICATED")
    assert await _outcomes(guarded, {"": _by_hand(header, CLAIMS)}) == {"": "yes"}


async def test_tokens_that_are_signed_otherwise_are_refused(guarded: Guarded) -> None:
    """Not at all, with another secret, by another algorithm, or over another text."""
    head, claims, signature = token().split(".")
    bobs = token("bob").split(".")[1]
    forged = {
        "alg none": unsigned('{"alg": "none"}', CLAIMS),
        "alg None": unsigned('{"alg": "None"}', CLAIMS),
        "alg none, signed": unsigned('{"alg": "none"}', CLAIMS, b"signature"),
        "no alg": _by_hand('{"typ": "JWT"}', CLAIMS),
        "alg empty": _by_hand('{"alg": ""}', CLAIMS),
        "alg null": _by_hand('{"alg": null}', CLAIMS),
        "alg is a list": _by_hand('{"alg": ["HS256"]}', CLAIMS),
        "alg is an object": _by_hand('{"alg": {"HS256": 1}}', CLAIMS),
        "alg in lower case": _by_hand('{"alg": "hs256"}', CLAIMS),
        "HS384": token(algorithm="HS384", key=TOKEN_SECRET * 2),
        "HS512": token(algorithm="HS512", key=TOKEN_SECRET * 2),
        "another secret": token(key=TOKEN_SECRET + "!"),
        "an empty secret": _by_hand('{"alg": "HS256"}', CLAIMS, key=""),
        "the product's own secret": token(key=SECRET + " and more of it"),
        "RS256": token(key=rsa_key(), algorithm="RS256"),
        "ES256": token(key=ec_key(), algorithm="ES256"),
        "no signature": f"{head}.{claims}.",
        "another's claims": f"{head}.{bobs}.{signature}",
        "half a signature": f"{head}.{claims}.{signature[:20]}",
        "two parts": f"{head}.{claims}",
        "four parts": f"{head}.{claims}.{signature}.{signature}",
        "five parts, as if encrypted": f"{head}..{claims}.{signature}.{signature}",
        "no base64": f"{head}.{claims}.!{signature}",
    }

    assert await _outcomes(guarded, forged) == _all(forged, "UNAUTHENTICATED")


async def test_tokens_with_headers_that_ask_for_more_are_refused(guarded: Guarded) -> None:
    """What must be understood and is not; keys that come with the token are never looked at."""
    own = {"jwk": {"kty": "oct", "k": "YQ"}, "jku": "http://127.0.0.1:1/", "x5u": "file:///"}
    forged = {
        "crit": token(headers={"crit": ["exp"], "exp": LATER}),
        "crit unknown": token(headers={"crit": ["http://example.test/UNDEFINED"]}),
        "crit empty": token(headers={"crit": []}),
        "crit text": token(headers={"crit": "exp"}),
        "b64": _by_hand('{"alg": "HS256", "b64": false, "crit": ["b64"]}', CLAIMS),
        "its own key": token(key="a" * 32, headers=own),
        "kid as a path": _by_hand('{"alg": "HS256", "kid": "/dev/null"}', CLAIMS, key=""),
        "kid is a list": _by_hand('{"alg": "HS256", "kid": ["a"]}', CLAIMS),
    }

    assert await _outcomes(guarded, forged) == _all(forged, "UNAUTHENTICATED")


async def test_garbage_is_no_token(guarded: Guarded) -> None:
    """Whatever its form and length; nothing of it is an error of the server."""
    deep = '{"a":' * 4_000 + "1" + "}" * 4_000
    forged = {
        "words": "let me in",
        "dots": "..",
        "a dot": ".",
        "not JSON": unsigned("{", CLAIMS),
        "a number": _by_hand("42", CLAIMS),
        "claims are a list": _by_hand('{"alg": "HS256"}', "[]"),
        "claims are no JSON": _by_hand('{"alg": "HS256"}', "sub: ann"),
        "deep": _by_hand(deep[:3_000], CLAIMS),
        "deeper": unsigned('{"a":' * 1_000 + "1" + "}" * 1_000, CLAIMS),
        "not UTF-8": base64.urlsafe_b64encode(b"\xff\xfe").decode() * 2 + ".e30.e30",
        "a key's beginning": "tmk_",
        "a key of nobody": "tmk_0123456789ab_" + "A" * 43,
        "basic": base64.b64encode(b"ann:password").decode(),
    }

    assert await _outcomes(guarded, forged) == _all(forged, "UNAUTHENTICATED")


async def test_a_token_has_an_end(guarded: Guarded) -> None:
    """One of 8 KiB is read; a longer one is refused unread, though it is genuine."""
    fits = token(padding="x" * 5_000)
    huge = token(padding="x" * 7_000)
    assert len(fits) < TOKEN_LENGTH < len(huge)

    assert await _outcomes(guarded, {"fits": fits, "huge": huge}) == {
        "fits": "yes",
        "huge": "UNAUTHENTICATED",
    }


@pytest.mark.parametrize(
    ("algorithm", "key", "other"),
    [("RS256", rsa_key(), rsa_key("other")), ("ES256", ec_key(), ec_key("other"))],
    ids=["RS256", "ES256"],
)
async def test_a_public_key_lets_in_what_its_private_half_signed(
    sqlite_url: str, algorithm: str, key: Any, other: Any
) -> None:
    """And nothing that is signed with the public half, which everyone knows, as a secret."""
    public = pem(key)
    async with serving_guarded(_settings(sqlite_url, token_public_key=public)) as guarded:
        good = {"genuine": token(key=key, algorithm=algorithm)}
        header = '{"alg": "HS256"}'
        forged = {
            "the public key as a secret": _by_hand(header, CLAIMS, public),
            "without its last line end": _by_hand(header, CLAIMS, public.strip()),
            "another key": token(key=other, algorithm=algorithm),
            "a secret": token(),
            "alg none": unsigned('{"alg": "none"}', CLAIMS),
            "expired": token(key=key, algorithm=algorithm, exp=1),
            "the other kind": token(key=rsa_key(), algorithm="RS512")
            if algorithm == "RS256"
            else token(key=rsa_key(), algorithm="RS256"),
            "no signature": unsigned(f'{{"alg": "{algorithm}"}}', CLAIMS),
            "zeros": unsigned(f'{{"alg": "{algorithm}"}}', CLAIMS, bytes(64)),
        }

        assert await _outcomes(guarded, good) == {"genuine": "yes"}
        assert await _outcomes(guarded, forged) == _all(forged, "UNAUTHENTICATED")


async def test_a_secret_beside_a_public_key_is_not_confused_with_it(sqlite_url: str) -> None:
    """Each algorithm has the key that was configured for it, and no other."""
    settings = _settings(sqlite_url, token_secret=TOKEN_SECRET, token_public_key=pem(rsa_key()))
    async with serving_guarded(settings) as guarded:
        good = {"secret": token(), "key": token(key=rsa_key(), algorithm="RS256")}
        forged = {"confused": _by_hand('{"alg": "HS256"}', CLAIMS, pem(rsa_key()))}

        assert await _outcomes(guarded, good) == _all(good, "yes")
        assert await _outcomes(guarded, forged) == _all(forged, "UNAUTHENTICATED")


async def test_audience_and_issuer_are_held_to_the_settings(sqlite_url: str) -> None:
    """Missing ones are refused as wrong ones are; of several audiences one must be ours."""
    ours: dict[str, Any] = {"aud": AUDIENCE, "iss": ISSUER}
    settings = _settings(
        sqlite_url, token_secret=TOKEN_SECRET, token_audience=AUDIENCE, token_issuer=ISSUER
    )
    async with serving_guarded(settings) as guarded:
        good = {
            "both": token(**ours),
            "among several": token(**(ours | {"aud": ["others", AUDIENCE]})),
        }
        wrong: dict[str, dict[str, Any]] = {
            "no audience": {"aud": None},
            "another audience": {"aud": "others"},
            "a longer audience": {"aud": "trailmarks"},
            "no audiences": {"aud": []},
            "no issuer": {"iss": None},
            "another issuer": {"iss": "https://id.example.evil.test"},
            "part of the issuer": {"iss": "https://id"},
        }
        forged = {name: token(**(ours | claims)) for name, claims in wrong.items()}

        assert await _outcomes(guarded, good) == _all(good, "yes")
        assert await _outcomes(guarded, forged) == _all(forged, "UNAUTHENTICATED")


async def test_without_an_audience_no_token_may_name_one(
    guarded: Guarded, caplog: pytest.LogCaptureFixture
) -> None:
    """It is for others (RFC 7519, 4.1.3); the caller and the log hear of the setting. An issuer
    is free."""
    good = {"neither": token(), "iss": token(iss="x")}
    forged = {
        "aud": token(aud="others"),
        "auds": token(aud=["a", "b"]),
        "no auds": token(aud=[]),
        "an empty one": token(aud=""),
        "no text": token(aud={"a": 1}),
    }

    assert await _outcomes(guarded, good) == _all(good, "yes")
    assert await _outcomes(guarded, forged) == _all(forged, "UNAUTHENTICATED")
    reply = await guarded.post(forged["aud"], VIEWER)
    assert reply.body["errors"][0]["message"] == (
        "the token names an audience (`aud`), and this server has none: "
        "TRAILMARK_TOKEN_AUDIENCE is not set"
    )
    assert caplog.messages == [
        "a user token is refused for its aud (TRAILMARK_TOKEN_AUDIENCE is not set); "
        "more are counted for a minute"
    ]


async def test_the_log_names_what_was_wrong_once_a_minute(
    sqlite_url: str, caplog: pytest.LogCaptureFixture
) -> None:
    """The claim, or the part of the token, for each kind; and nothing that the token says."""
    ours: dict[str, Any] = {"aud": AUDIENCE, "iss": ISSUER}
    wrong = {
        "exp": token(**ours, exp=1),
        "nbf": token(**ours, nbf=LATER),
        "iat": token(**ours, iat=LATER),
        "sub": token(**ours, sub="ann\n"),
        "aud": token(**(ours | {"aud": "others"})),
        "iss": token(**(ours | {"iss": "others"})),
        "signature": token(**ours, key=TOKEN_SECRET + "!"),
        "alg": token(**ours, key=rsa_key(), algorithm="RS256"),
        "length": token(**ours, padding="x" * 7_000),
        "form": "let.me.in",
    }
    settings = _settings(
        sqlite_url, token_secret=TOKEN_SECRET, token_audience=AUDIENCE, token_issuer=ISSUER
    )
    more = "more are counted for a minute"
    logged = [f"a user token is refused for its {each}; {more}" for each in wrong]
    async with serving_guarded(settings) as guarded:
        for _ in range(2):
            await _outcomes(guarded, wrong | {"no sub": token(**ours, sub=None)})

        assert caplog.messages == logged


async def test_the_log_tells_again_after_the_minute(
    guarded: Guarded, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As long as tokens go on being refused."""
    monkeypatch.setattr("graph.counted_log.SILENT_S", 0.0)

    for _ in range(2):
        assert (await guarded.post(token(exp=1), VIEWER)).outcome == "UNAUTHENTICATED"

    assert len(caplog.messages) == 2
