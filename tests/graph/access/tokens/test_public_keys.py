"""Public keys of user tokens: which of them may check any, in a setting and in a key set."""

import logging
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, rsa
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
)
from starlette.responses import PlainTextResponse

from graph.access.key_sets import read_keys
from graph.config.settings import BadSettings, Settings
from tests.support.access.callers import serving_guarded, token
from tests.support.access.signing import ec_key, jwk, key_sets, pem, rsa_key
from tests.support.serving import SECRET

SETTING = "TRAILMARK_TOKEN_PUBLIC_KEY"
ALLOWED = "allowed are RSA of 2048 bits or more, and P-256, in PEM"
VIEWER = "{ viewer { alias } }"


def _weak(bits: int) -> rsa.RSAPrivateKey:
    return rsa.generate_private_key(65537, bits)


def _private(key: Any) -> str:
    text = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    return str(text, "ascii")


def _public(key: Any) -> str:
    text = key.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
    return str(text, "ascii")


@pytest.mark.parametrize(
    ("key", "why"),
    [
        (_public(_weak(1024)), "it is RSA of 1024 bits"),
        (_public(_weak(2047)), "it is RSA of 2047 bits"),
        (_public(ec.generate_private_key(ec.SECP384R1())), "it is of the curve secp384r1"),
        (_public(ec.generate_private_key(ec.SECP256K1())), "it is of the curve secp256k1"),
        (_public(ed25519.Ed25519PrivateKey.generate()), "it is neither RSA nor P-256"),
        ("-----BEGIN PUBLIC KEY-----\nMIIB\n-----END PUBLIC KEY-----", "it cannot be read"),
        ("-----BEGIN CERTIFICATE-----\nMIIB\n-----END CERTIFICATE-----", "it cannot be read"),
    ],
)
def test_a_key_that_may_check_no_tokens_is_no_setting(key: str, why: str) -> None:
    """Start fails and names the setting."""
    with pytest.raises(BadSettings) as raised:
        Settings.read({SETTING: key})

    assert str(raised.value) == f"{SETTING} is no public key for tokens: {why}; {ALLOWED}"


@pytest.mark.parametrize("form", ["text", "one line", "file", "beside the public one"])
def test_a_private_key_is_refused_and_not_shown(form: str, tmp_path: Path) -> None:
    """Given as PEM or as a file, alone or with its public half."""
    private = _private(ec_key())
    file = tmp_path / "key.pem"
    file.write_text(private)
    given = {
        "text": private,
        "one line": private.replace("\n", "\\n"),
        "file": str(file),
        "beside the public one": pem(ec_key()) + private,
    }

    with pytest.raises(BadSettings) as raised:
        Settings.read({SETTING: given[form]})

    why = "it holds a private key"
    assert str(raised.value) == f"{SETTING} is no public key for tokens: {why}; {ALLOWED}"


@pytest.mark.parametrize("text", [_public(rsa_key()), _private(ec_key())])
def test_a_key_in_pem_is_no_secret_of_tokens(text: str) -> None:
    """As such it would have every token refused; it is not shown."""
    with pytest.raises(BadSettings) as raised:
        Settings.read({"TRAILMARK_TOKEN_SECRET": text})

    assert str(raised.value) == (
        f"TRAILMARK_TOKEN_SECRET is a key in PEM; allowed is a text, or set {SETTING} in its place"
    )


UNFIT: dict[str, tuple[Any, str]] = {
    "weak": (jwk(_weak(1024), "k"), "'k' (it is RSA of 1024 bits)"),
    "just weak": (jwk(_weak(2040), "k"), "'k' (it is RSA of 2040 bits)"),
    "use": (jwk(rsa_key(), "k", use="enc"), "'k' (its `use` is 'enc')"),
    "alg of RSA": (jwk(rsa_key(), "k", alg="RS512"), "'k' (its `alg` is 'RS512')"),
    "alg of PSS": (jwk(rsa_key(), "k", alg="PS256"), "'k' (its `alg` is 'PS256')"),
    "alg of secrets": (jwk(ec_key(), "k", alg="HS256"), "'k' (its `alg` is 'HS256')"),
    "key_ops": (
        jwk(rsa_key(), "k", key_ops=["encrypt"]),
        "'k' (its `key_ops` are without 'verify')",
    ),
    "key_ops of no form": (
        jwk(rsa_key(), "k", key_ops="verify"),
        "'k' (its `key_ops` are without 'verify')",
    ),
    "curve": (
        jwk(ec.generate_private_key(ec.SECP384R1()), "k"),
        "'k' (it is of the curve secp384r1)",
    ),
    "another curve's name": (jwk(ec_key(), "k", crv="P-384"), "'k' (it cannot be read)"),
    "private": (jwk(ec_key(), "k", d="AAAA"), "'k' (it is private, or a secret, and lies open)"),
    "secret": (
        {"kty": "oct", "k": "YQ", "kid": "k"},
        "'k' (it is private, or a secret, and lies open)",
    ),
    "kind": (
        {"kty": "OKP", "crv": "Ed25519", "x": "A" * 43, "kid": "k"},
        "'k' (its `kty` is 'OKP')",
    ),
    "no kind": ({"kid": "k"}, "'k' (its `kty` is 'None')"),
    "a kind of no form": ({"kty": ["RSA"], "kid": "k"}, "'k' (its `kty` is \"['RSA']\")"),
    "an id of no form": (jwk(rsa_key(), kid=None) | {"kid": 5}, "'5' (its `kid` is no text)"),
    "a long id": (jwk(rsa_key(), "x" * 99, use="enc"), f"'{'x' * 64}' (its `use` is 'enc')"),
    "half": ({"kty": "RSA", "n": "AQAB", "kid": "k"}, "'k' (it cannot be read)"),
    "numbers of no form": ({"kty": "RSA", "n": 5, "e": 3, "kid": "k"}, "'k' (it cannot be read)"),
    "no point": (jwk(ec_key(), "k", x="A" * 43), "'k' (it cannot be read)"),
    "no object": (1, "one without `kid` (it is no object)"),
}


@pytest.mark.parametrize("unfit", UNFIT)
def test_a_key_that_may_check_no_tokens_is_left_out_of_its_set(unfit: str) -> None:
    """The others are used as if it were not there."""
    member, why = UNFIT[unfit]

    keys, left_out = read_keys([member, jwk(rsa_key("fine"), "fine")])

    assert left_out == [why]
    assert keys.keys() == {("fine", "RS256"), (None, "RS256")}


def test_keys_say_what_they_are_for_and_need_not() -> None:
    """What allows checking leaves a key in."""
    more = {"use": "sig", "alg": "RS256", "key_ops": ["verify", "sign"], "x5t": "A"}

    keys, left_out = read_keys([jwk(rsa_key(), "r", **more), jwk(ec_key(), "e")])

    assert left_out == []
    assert keys.keys() == {("r", "RS256"), ("e", "ES256")}


def test_keys_that_share_an_id_are_left_out_unless_they_are_the_same() -> None:
    """Of two kinds they are no rivals (RFC 7517, 4.5); one that is told twice is one."""
    one, other, curve = jwk(rsa_key(), "k"), jwk(rsa_key("other"), "k"), jwk(ec_key(), "k")

    assert read_keys([one, one, curve])[0].keys() == {("k", "RS256"), ("k", "ES256")}
    keys, left_out = read_keys([one, other, curve])
    assert keys.keys() == {("k", "ES256"), (None, "ES256")}
    assert left_out == ["'k' (2 keys share its `kid`)"]
    assert read_keys([jwk(rsa_key()), jwk(rsa_key("other"))]) == (
        {},
        ["one without `kid` (2 keys share its `kid`)"],
    )


async def test_a_server_of_keys_that_is_away_is_told_once_a_minute(
    sqlite_url: str, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Though tokens, also forged ones, have it asked for again and again."""
    monkeypatch.setattr("graph.access.key_sets.DOWN_S", 0.0)
    async with key_sets() as served:
        served.instead = PlainTextResponse("away", 503)
        settings = Settings(sqlite_url, SECRET, token_jwks_url=served.url)
        async with serving_guarded(settings) as guarded:
            for _ in range(5):
                forged = token(key=rsa_key("other"), algorithm="RS256", headers={"kid": "k"})
                assert (await guarded.post(forged, VIEWER)).status == 503

    assert served.requests == 5
    assert caplog.messages == [
        f"the keys of user tokens cannot be fetched from {served.url}: it answers 503; "
        "more are counted for a minute"
    ]


@pytest.mark.filterwarnings("ignore::jwt.warnings.InsecureKeyLengthWarning")  # that is the point
async def test_what_a_set_leaves_out_is_said_once(
    sqlite_url: str, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    """However often it is fetched; and again when it is something else."""
    monkeypatch.setattr("graph.access.key_sets.JWKS_S", 0.0)
    monkeypatch.setattr("graph.access.key_sets.JWKS_RETRY_S", 0.0)
    weak, fine = _weak(1024), jwk(rsa_key(), "fine")
    genuine = token(key=rsa_key(), algorithm="RS256", headers={"kid": "fine"})
    forged = token(key=weak, algorithm="RS256", headers={"kid": "weak"})
    async with (
        key_sets(jwk(weak, "weak"), fine) as served,
        serving_guarded(Settings(sqlite_url, SECRET, token_jwks_url=served.url)) as guarded,
    ):
        with caplog.at_level(logging.WARNING, "graph.access.key_sets"):
            outcomes = [
                (await guarded.post(each, VIEWER)).outcome for each in (genuine, forged, genuine)
            ]
            served.keys = [fine, *({"kty": "OKP", "kid": str(number)} for number in range(12))]
            outcomes.append((await guarded.post(genuine, VIEWER)).outcome)

    assert outcomes == ["yes", "UNAUTHENTICATED", "yes", "yes"]
    assert served.requests == 4
    said = f"some keys of user tokens are not used: {served.url}; left out are "
    others = ", ".join(f"'{number}' (its `kty` is 'OKP')" for number in range(10))
    of_sets = [each.getMessage() for each in caplog.records if each.name.endswith("key_sets")]
    assert of_sets == [f"{said}'weak' (it is RSA of 1024 bits)", f"{said}{others} and 2 more"]
