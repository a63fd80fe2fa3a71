"""Key pairs that tests sign tokens with, and the server of a key set."""

import base64
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from functools import cache
from typing import Any

import jwt
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from tests.support.live.clients import listening

Private = rsa.RSAPrivateKey | ec.EllipticCurvePrivateKey


def rsa_key(name: str = "") -> rsa.RSAPrivateKey:
    """The one RSA key of a name."""
    return _rsa_key(name)


def ec_key(name: str = "") -> ec.EllipticCurvePrivateKey:
    """The one P-256 key of a name."""
    return _ec_key(name)


@cache
def _rsa_key(name: str) -> rsa.RSAPrivateKey:
    return rsa.generate_private_key(65537, 2048)


@cache
def _ec_key(name: str) -> ec.EllipticCurvePrivateKey:
    return ec.generate_private_key(ec.SECP256R1())


def pem(key: Private) -> str:
    """The public half, as a setting holds it."""
    public = key.public_key()
    return public.public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo).decode()


def jwk(key: Private, kid: str | None = None, **more: Any) -> dict[str, Any]:
    """The public half, as a key set holds it."""
    algorithm: Any
    if isinstance(key, rsa.RSAPrivateKey):
        algorithm = jwt.algorithms.RSAAlgorithm
    else:
        algorithm = jwt.algorithms.ECAlgorithm
    made: dict[str, Any] = algorithm.to_jwk(key.public_key(), as_dict=True)
    return {**made, **({} if kid is None else {"kid": kid}), **more}


def unsigned(header: str, claims: str, signature: bytes = b"") -> str:
    """A token of these very texts."""
    parts = (header.encode(), claims.encode(), signature)
    return ".".join(base64.urlsafe_b64encode(part).rstrip(b"=").decode() for part in parts)


@dataclass
class KeySets:
    """A server of a key set, which a test changes, breaks and counts the requests of."""

    url: str = ""
    keys: list[dict[str, Any]] = field(default_factory=list)
    #: What is answered in place of the keys.
    instead: Response | None = None
    requests: int = 0

    async def answer(self, request: Request) -> Response:
        self.requests += 1
        return self.instead or JSONResponse({"keys": self.keys})


@asynccontextmanager
async def key_sets(*keys: dict[str, Any]) -> AsyncIterator[KeySets]:
    """A running server of a key set."""
    served = KeySets(keys=list(keys))
    async with listening(Starlette(routes=[Route("/jwks.json", served.answer)])) as port:
        served.url = f"http://127.0.0.1:{port}/jwks.json"
        yield served
