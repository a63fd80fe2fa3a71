"""User tokens: JWTs that other servers sign and this one checks, with pinned algorithms."""

import logging
import re
import warnings
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import jwt
from jwt.warnings import InsecureKeyLengthWarning

from graph.access.public_keys import ALGORITHMS, pem_algorithm
from graph.counted_log import CountedLog

if TYPE_CHECKING:
    from graph.access.key_sets import KeySet

TOKEN_LENGTH = 8 * 1024
_INVALID = "the token is not valid here"
_NOT_ALLOWED = "the token is signed in a way that is not allowed here"
_FOR_OTHERS = (
    "the token names an audience (`aud`), and this server has none: TRAILMARK_TOKEN_AUDIENCE is "
    "not set"
)
_CLAIMS_BY_ERROR: dict[type[Exception], str] = {
    jwt.InvalidSignatureError: "signature",
    jwt.InvalidAudienceError: "aud",
    jwt.InvalidIssuerError: "iss",
    jwt.InvalidAlgorithmError: "alg",
}

log = logging.getLogger(__name__)

# The operator chose the secret; settings say what is allowed.
warnings.filterwarnings("ignore", category=InsecureKeyLengthWarning)


class BadToken(Exception):
    """A token that lets nobody in; the message says why without quoting it.

    `claim` is what of it is wrong, for the log: a claim, or a part of the token.
    """

    def __init__(self, message: str, claim: str) -> None:
        super().__init__(message)
        self.claim = claim


@dataclass(frozen=True, slots=True)
class Claims:
    """What a genuine token says: whose it is, and until when, in seconds since 1970.

    The leeway is part of that time.
    """

    user_id: str
    expires_at: float


class UserTokens:
    """Checks tokens against the configured secret, public key or key set."""

    def __init__(
        self,
        secret: str | None = None,
        *,
        public_key: str | None = None,
        jwks_url: str | None = None,
        audience: str | None = None,
        issuer: str | None = None,
        leeway_s: int = 0,
    ) -> None:
        self._keys: dict[str, Any] = {}
        if secret is not None:
            self._keys["HS256"] = secret
        if public_key is not None:
            self._keys[pem_algorithm(public_key)] = public_key
        self._jwks = None if jwks_url is None else _key_set(jwks_url)
        self._audience = audience
        self._issuer = issuer
        self._leeway_s = leeway_s
        self._refusals = CountedLog(log)

    @property
    def is_configured(self) -> bool:
        return bool(self._keys) or self._jwks is not None

    async def claims(self, token: str) -> Claims:
        """What a token says.

        Raises:
            BadToken: it is forged, expired, for someone else, or no token at all; the log tells.
            Overloaded: the key set cannot be fetched now, or holds no key that is of use.
        """
        try:
            return await self._claims(token)
        except BadToken as bad:
            self.tell_refused(bad.claim)
            raise

    def tell_refused(self, claim: str) -> None:
        """Say in the log what of a token was wrong, once a minute for each claim."""
        self._refusals.warning(f"a user token is refused for its {claim}")

    async def _claims(self, token: str) -> Claims:
        if len(token) > TOKEN_LENGTH:
            raise BadToken("the token is too long", "length")
        try:
            header = jwt.get_unverified_header(token)
            algorithm = header.get("alg")
            if not isinstance(algorithm, str):
                raise BadToken(_NOT_ALLOWED, "alg")
            key = self._keys.get(algorithm)
            if key is None and self._jwks is not None and algorithm in ALGORITHMS.values():
                key = await self._jwks.key(header.get("kid"), algorithm)
            if key is None:
                raise BadToken(_NOT_ALLOWED, "alg")
            return self._checked(token, key, algorithm)
        except jwt.ExpiredSignatureError:
            raise BadToken("the token has expired", "exp") from None
        except (jwt.PyJWTError, ValueError, TypeError, OverflowError, RecursionError) as error:
            raise BadToken(_INVALID, _claim_at_fault(error)) from None

    def _checked(self, token: str, key: Any, algorithm: str) -> Claims:
        claims = jwt.decode(
            token,
            key,
            algorithms=[algorithm],
            audience=self._audience,
            issuer=self._issuer,
            leeway=self._leeway_s,
            options={
                "require": ["exp", "sub"],
                "verify_aud": self._audience is not None,
                "verify_iss": self._issuer is not None,
                "verify_sub": False,  # which would refuse whole numbers
            },
        )
        if self._audience is None and claims.get("aud") is not None:
            # RFC 7519, 4.1.3: who is not the audience must refuse it.
            raise BadToken(_FOR_OTHERS, "aud (TRAILMARK_TOKEN_AUDIENCE is not set)")
        sub = claims["sub"]
        if type(sub) not in (str, int):
            raise BadToken(_INVALID, "sub")
        return Claims(str(sub), float(claims["exp"]) + self._leeway_s)


def _key_set(url: str) -> "KeySet":
    from graph.access.key_sets import KeySet  # else only who fetches keys imports an HTTP client

    return KeySet(url)


def _claim_at_fault(error: Exception) -> str:
    """The claim or the part of a token that an error is about."""
    if isinstance(error, jwt.MissingRequiredClaimError):
        return error.claim
    for kind, claim in _CLAIMS_BY_ERROR.items():
        if isinstance(error, kind):
            return claim
    named = re.search(r"\((exp|nbf|iat)\)", str(error))  # as PyJWT's messages have it
    return named[1] if named else "form"
