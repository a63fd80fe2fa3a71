"""User tokens: JWTs that other servers sign and this one checks, with pinned algorithms."""

import asyncio
import logging
import time
import warnings
from dataclasses import dataclass
from typing import Any

import httpx
import jwt
from cryptography.hazmat.primitives.asymmetric.ec import EllipticCurvePublicKey
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey
from cryptography.hazmat.primitives.serialization import load_pem_public_key
from jwt.warnings import InsecureKeyLengthWarning

from resolvers.errors import Overloaded

TOKEN_LENGTH = 8 * 1024
JWKS_S = 600.0  # how long fetched keys are taken for current
JWKS_AGAIN_S = 30.0  # between two fetches while there are keys: for an unknown id, or in vain
DOWN_S = 1.0  # between two fetches while there are none
FETCH_S = 5.0
_BY_TYPE = {"RSA": "RS256", "EC": "ES256"}
_UNFETCHED = (httpx.HTTPError, TimeoutError, ValueError, TypeError, AttributeError)

log = logging.getLogger(__name__)

# The operator chose the secret; start told them what is allowed.
warnings.filterwarnings("ignore", category=InsecureKeyLengthWarning)


class BadToken(Exception):
    """A token that lets nobody in; the message says why without quoting it."""


@dataclass(frozen=True, slots=True)
class Claims:
    """What a genuine token says: whose it is, and until when, in seconds since 1970."""

    user_id: str
    expires_at: float


def public_key_algorithm(pem: str) -> str:
    """RS256 or ES256, whichever a public key in PEM is for.

    Raises:
        ValueError: it is no such key.
    """
    key = load_pem_public_key(pem.encode())
    if isinstance(key, RSAPublicKey):
        return "RS256"
    if isinstance(key, EllipticCurvePublicKey) and key.curve.name == "secp256r1":
        return "ES256"
    raise ValueError("it is neither an RSA nor a P-256 key")


class UserTokens:
    """Checks tokens against the configured secret, public key or key set."""

    def __init__(
        self,
        secret: str | None = None,
        public_key: str | None = None,
        jwks_url: str | None = None,
        audience: str | None = None,
        issuer: str | None = None,
    ) -> None:
        self._keys: dict[str, Any] = {}
        if secret is not None:
            self._keys["HS256"] = secret
        if public_key is not None:
            self._keys[public_key_algorithm(public_key)] = public_key
        self._jwks = None if jwks_url is None else KeySet(jwks_url)
        self._audience = audience
        self._issuer = issuer

    @property
    def is_configured(self) -> bool:
        return bool(self._keys) or self._jwks is not None

    async def claims(self, token: str) -> Claims:
        """What a token says.

        Raises:
            BadToken: it is forged, expired, for someone else, or no token at all.
            Overloaded: the key set cannot be fetched now.
        """
        if len(token) > TOKEN_LENGTH:
            raise BadToken("the token is too long")
        try:
            header = jwt.get_unverified_header(token)
            algorithm = header.get("alg")
            key = self._keys.get(algorithm) if isinstance(algorithm, str) else None
            if key is None and self._jwks is not None:
                algorithm, key = await self._jwks.key(header.get("kid"))
            if key is None or algorithm is None or algorithm != header.get("alg"):
                raise BadToken("the token is signed in a way that is not allowed here")
            return self._checked(token, key, algorithm)
        except jwt.ExpiredSignatureError:
            raise BadToken("the token has expired") from None
        except (jwt.PyJWTError, ValueError, TypeError, OverflowError, RecursionError):
            raise BadToken("the token is not valid here") from None

    def _checked(self, token: str, key: Any, algorithm: str) -> Claims:
        claims = jwt.decode(
            token,
            key,
            algorithms=[algorithm],
            audience=self._audience,
            issuer=self._issuer,
            options={
                "require": ["exp", "sub"],
                "verify_aud": self._audience is not None,
                "verify_iss": self._issuer is not None,
            },
        )
        return Claims(claims["sub"], float(claims["exp"]))


class KeySet:
    """A JSON Web Key Set (RFC 7517) at a URL, fetched when it is needed and kept for a while."""

    def __init__(self, url: str) -> None:
        self._url = url
        self._keys: dict[str | None, tuple[str, Any]] = {}
        self._fetched_at = self._tried_at = -JWKS_S
        self._fetching = asyncio.Lock()

    async def key(self, id: str | None) -> tuple[str | None, Any]:
        """The algorithm and the key of an id, or of the only key; twice None if there is none.

        Raises:
            Overloaded: no keys could be fetched yet.
        """
        if self._is_due(id):
            async with self._fetching:
                if self._is_due(id):  # else whoever was waited for has fetched them, or tried to
                    await self._fetch()
        if not self._keys:
            raise Overloaded("the keys of user tokens cannot be fetched now; try again shortly")
        return self._keys.get(id, (None, None))

    def _is_due(self, id: str | None) -> bool:
        """Whether to fetch, which tokens with ids of nobody's keys must not set off at will."""
        now = time.monotonic()
        if not self._keys:
            return now - self._tried_at > DOWN_S
        is_wanted = now - self._fetched_at > JWKS_S or id not in self._keys
        return is_wanted and now - self._tried_at > JWKS_AGAIN_S

    async def _fetch(self) -> None:
        """Fetch the keys; those known before go on if that fails."""
        try:
            async with asyncio.timeout(FETCH_S), httpx.AsyncClient(timeout=FETCH_S) as client:
                answer = await client.get(self._url)
            answer.raise_for_status()
            self._keys = _keys_by_id(jwt.PyJWKSet.from_dict(answer.json()))
            self._fetched_at = time.monotonic()
        except (*_UNFETCHED, jwt.PyJWTError) as error:
            log.warning("the keys of user tokens cannot be fetched: %s", type(error).__name__)
        finally:
            self._tried_at = time.monotonic()


def _is_pinned(key: Any) -> bool:
    """Whether a key is for one of the algorithms that are allowed."""
    is_p256 = isinstance(key, EllipticCurvePublicKey) and key.curve.name == "secp256r1"
    return is_p256 or isinstance(key, RSAPublicKey)


def _keys_by_id(found: jwt.PyJWKSet) -> dict[str | None, tuple[str, Any]]:
    """The algorithm and the key of each id; the only key goes without one as well."""
    signing = [
        each for each in found.keys if each.public_key_use in (None, "sig") and _is_pinned(each.key)
    ]
    keys: dict[str | None, tuple[str, Any]] = {
        each.key_id: (_BY_TYPE.get(each.key_type or "", ""), each.key) for each in signing
    }
    if len(signing) == 1:
        keys[None] = keys[signing[0].key_id]
    return keys
