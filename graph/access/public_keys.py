"""Public keys that may check user tokens: which are strong enough, and for which algorithm."""

from collections.abc import Mapping
from typing import Any

import jwt
from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric.ec import EllipticCurvePublicKey
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey
from cryptography.hazmat.primitives.serialization import load_pem_public_key

LEAST_BITS = 2_048
"""Of an RSA key (RFC 7518, 3.3): shorter ones can be factored."""

ALLOWED = f"RSA of {LEAST_BITS} bits or more, and P-256"
ALGORITHMS = {"RSA": "RS256", "EC": "ES256"}
"""The one algorithm for each kind of key."""

_PRIVATE = {"d", "p", "q", "dp", "dq", "qi", "oth", "k"}  # the members of RFC 7518, 6
_UNREADABLE = (
    jwt.PyJWTError,
    UnsupportedAlgorithm,
    ValueError,
    TypeError,
    AttributeError,
    KeyError,
)


class UnfitKey(ValueError):
    """A key that checks no tokens; says why without showing any of it."""


def pem_algorithm(pem: str) -> str:
    """RS256 or ES256, whichever a public key in PEM is for.

    Raises:
        UnfitKey: it is none that may check tokens.
    """
    if "PRIVATE KEY-----" in pem:
        raise UnfitKey("it holds a private key")
    try:
        key = load_pem_public_key(pem.encode())
    except _UNREADABLE:
        raise UnfitKey("it cannot be read") from None
    return _algorithm(key)


def jwk_key(member: Mapping[str, Any]) -> tuple[str, Any]:
    """The algorithm and the key of a JSON Web Key (RFC 7517, 4).

    Raises:
        UnfitKey: it is none that may check tokens.
    """
    kind, operations = member.get("kty"), member.get("key_ops")
    algorithm = ALGORITHMS.get(kind) if isinstance(kind, str) else None
    if not _PRIVATE.isdisjoint(member):
        raise UnfitKey("it is private, or a secret, and lies open")
    if algorithm is None:
        raise UnfitKey(f"its `kty` is {_shown(kind)}")
    if member.get("use") not in (None, "sig"):
        raise UnfitKey(f"its `use` is {_shown(member['use'])}")
    if operations is not None and not (isinstance(operations, list) and "verify" in operations):
        raise UnfitKey("its `key_ops` are without 'verify'")
    if member.get("alg") not in (None, algorithm):
        raise UnfitKey(f"its `alg` is {_shown(member['alg'])}")
    if not isinstance(member.get("kid"), str | None):
        raise UnfitKey("its `kid` is no text")
    try:
        key = jwt.PyJWK(dict(member), algorithm).key
    except _UNREADABLE:
        raise UnfitKey("it cannot be read") from None
    _algorithm(key)
    return algorithm, key


def _algorithm(key: Any) -> str:
    if isinstance(key, RSAPublicKey):
        if key.key_size < LEAST_BITS:
            raise UnfitKey(f"it is RSA of {key.key_size} bits")
        return ALGORITHMS["RSA"]
    if isinstance(key, EllipticCurvePublicKey):
        if key.curve.name != "secp256r1":
            raise UnfitKey(f"it is of the curve {key.curve.name}")
        return ALGORITHMS["EC"]
    raise UnfitKey("it is neither RSA nor P-256")


def _shown(value: Any) -> str:
    return repr(str(value)[:64])
