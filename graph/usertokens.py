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
JWKS_AGAIN_S = 30.0  # between two fetches of a set that is there: for an unknown id, or in vain
DOWN_S = 1.0  # between two fetches while there are no keys because there is no set
FETCH_S = 5.0
_BY_TYPE = {"RSA": "RS256", "EC": "ES256"}
_AWAY = "the keys of user tokens cannot be fetched now; try again shortly"
_USELESS = "the key set of user tokens holds no RSA or P-256 key for signing"
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
            Overloaded: the key set cannot be fetched now, or holds no key that is of use.
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
        self._lack = _AWAY  # why there are no keys, if there are none
        self._fetched_at = self._tried_at = -JWKS_S
        self._fetching = asyncio.Lock()

    async def key(self, id: str | None) -> tuple[str | None, Any]:
        """The algorithm and the key of an id, or of the only key; twice None if there is none.

        Raises:
            Overloaded: no keys could be fetched yet, or none that are of use.
        """
        if self._is_due(id):
            async with self._fetching:
                if self._is_due(id):  # else whoever was waited for has fetched them, or tried to
                    await self._fetch()
        if not self._keys:
            raise Overloaded(self._lack)
        return self._keys.get(id, (None, None))

    def _is_due(self, id: str | None) -> bool:
        """Whether to fetch, which tokens with ids of nobody's keys must not set off at will."""
        now = time.monotonic()
        if not self._keys:
            return now - self._tried_at > (DOWN_S if self._lack is _AWAY else JWKS_AGAIN_S)
        is_wanted = now - self._fetched_at > JWKS_S or id not in self._keys
        return is_wanted and now - self._tried_at > JWKS_AGAIN_S

    async def _fetch(self) -> None:
        """Fetch the keys; those known before go on if that fails, or if there is none at all."""
        self._lack = _AWAY
        try:
            async with asyncio.timeout(FETCH_S), httpx.AsyncClient(timeout=FETCH_S) as client:
                answer = await client.get(self._url)
            answer.raise_for_status()
            self._keys = _keys_by_id(jwt.PyJWKSet.from_dict(answer.json()))
            self._fetched_at = time.monotonic()
            if not self._keys:
                self._warn_of_no_use()
        except jwt.PyJWKSetError:
            self._warn_of_no_use()
        except (*_UNFETCHED, jwt.PyJWTError) as error:
            why, address = _why(error), self._address
            log.warning("the keys of user tokens cannot be fetched from %s: %s", address, why)
        finally:
            self._tried_at = time.monotonic()

    def _warn_of_no_use(self) -> None:
        self._lack = _USELESS
        log.warning("%s: %s", _USELESS, self._address)

    @property
    def _address(self) -> str:
        """The URL without what may be a credential in it."""
        return str(httpx.URL(self._url).copy_with(userinfo=b"", query=None, fragment=None))


def _why(error: Exception) -> str:
    """What an error says, and of a refusal the status alone: its text quotes the whole URL."""
    if isinstance(error, httpx.HTTPStatusError):
        return f"it answers {error.response.status_code}"
    return f"{type(error).__name__}: {error}".removesuffix(": ")


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
