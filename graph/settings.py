"""Settings: read once from the environment into one frozen value, all mistakes told at once."""

import difflib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, fields
from typing import Any

from graph import setting_values as reading
from graph.transport.limits import Limits
from graph.usertokens import UserTokens
from models.database import Database
from models.records import Micros
from models.vocabulary import ActionType, PrivacyLevel
from resolvers.judging import Rules
from resolvers.scoring import HOUR, Scoring

PREFIX = "TRAILMARK_"
LIMIT = "max_"


class BadSettings(ValueError):
    """The environment holds settings that cannot be; one line for each."""


@dataclass(frozen=True, slots=True)
class Settings:
    """What an operator can choose; each field is the setting `TRAILMARK_` and its name."""

    #: Where everything is kept: sqlite://FILE, which needs no set-up, or postgres://….
    database_url: str = field(default="sqlite://trailmark.db", repr=False)
    #: What aliases are made with, at least 16 characters; a secret is generated beside an embedded
    #: database, since without the one it was filled with every history is lost.
    secret: str | None = field(default=None, repr=False)
    #: Days that interactions and event ids are kept; older inputs are refused. 0 keeps all.
    prune_after_days: int = 90
    #: How much is stored about users who chose no level themselves: full, limited or none.
    default_privacy: PrivacyLevel = PrivacyLevel.FULL
    #: Weights that differ from the vocabulary's, as in REPLY=4,HIDE=-3; changing them takes
    #: `trailmark recalculate`.
    weights: dict[ActionType, float] = field(default_factory=dict)
    #: Hours in which what a post was given counts half; changing it takes `trailmark recalculate`.
    post_half_life_hours: float = 24.0
    #: Days in which what a user did counts half; changing it takes `trailmark recalculate`.
    user_half_life_days: float = 14.0
    #: Whether /graphql shows a browser the explorer; on where only this machine is served.
    explorer: bool | None = None
    #: Whether clients may ask for the schema, and get suggestions for names they mistype; likewise.
    introspection: bool | None = None
    #: Whether operations that come again are compiled into Python functions, which answer the same
    #: in a fraction of the time; off leaves all of them to graphql-core.
    compile: bool = True
    #: Other origins whose pages may open WebSockets and read answers, as in https://app.example.
    cors_origins: tuple[str, ...] = ()
    #: The secret that user tokens are signed with by HS256, at least 16 characters.
    token_secret: str | None = field(default=None, repr=False)
    #: The public key of user tokens in PEM, or its file: RSA for RS256, P-256 for ES256.
    token_public_key: str | None = None
    #: Where the public keys of user tokens are, as a JSON Web Key Set.
    token_jwks_url: str | None = None
    #: What the `aud` of user tokens must hold.
    token_audience: str | None = None
    #: What the `iss` of user tokens must be.
    token_issuer: str | None = None
    #: Operations that a key's holder may send in a time, in each process; admin keys are free.
    key_rate: str = ""
    #: Operations that one user's tokens may send in a time, in each process.
    user_rate: str = "1200/minute"
    #: Subscriptions that a key's holder may have under way at once, in each process.
    key_subscriptions: int = 10_000
    #: Subscriptions that one user's tokens may have under way at once, in each process.
    user_subscriptions: int = 100
    #: What a client may ask for in one request; each of its fields is a setting TRAILMARK_MAX_….
    limits: Limits = field(default_factory=Limits)

    @classmethod
    def read(cls, environment: Mapping[str, str]) -> "Settings":
        """The settings in an environment.

        Raises:
            BadSettings: some are malformed or unknown; names each, and what is allowed.
        """
        names = [PREFIX + name.upper() for name in _READERS]
        problems, values, limits = [], dict[str, Any](), dict[str, Any]()
        for variable in sorted(environment):
            if not variable.startswith(PREFIX):
                continue
            if variable not in names:
                problems.append(_unknown(variable, names))
                continue
            name = variable.removeprefix(PREFIX).lower()
            try:
                value = _READERS[name](environment[variable])
                if name.startswith(LIMIT):
                    limits[name.removeprefix(LIMIT)] = value
                else:
                    values[name] = value
            except ValueError as error:
                problems.append(f"{variable} {error}")
        if "token_public_key" in values and "token_jwks_url" in values:
            problems.append(f"{PREFIX}TOKEN_JWKS_URL is set beside a public key; allowed is one")
        if not values.keys() & {"token_secret", "token_public_key", "token_jwks_url"}:
            for name in sorted(values.keys() & {"token_audience", "token_issuer"}):
                beside = f"{PREFIX}TOKEN_SECRET, {PREFIX}TOKEN_PUBLIC_KEY or {PREFIX}TOKEN_JWKS_URL"
                problems.append(f"{PREFIX}{name.upper()} needs one of {beside} beside it")
        if problems:
            raise BadSettings("\n".join(problems))
        return cls(**values, limits=Limits(**limits))

    @property
    def retention(self) -> Micros | None:
        """How long interactions are kept; None keeps all."""
        return self.prune_after_days * 24 * HOUR or None

    @property
    def rules(self) -> Rules:
        return Rules(self.retention, self.scoring, self.default_privacy)

    @property
    def scoring(self) -> Scoring:
        return Scoring(
            self.weights,
            round(self.post_half_life_hours * HOUR),
            round(self.user_half_life_days * 24 * HOUR),
        )

    @property
    def user_tokens(self) -> UserTokens:
        return UserTokens(
            self.token_secret,
            self.token_public_key,
            self.token_jwks_url,
            self.token_audience,
            self.token_issuer,
        )

    @property
    def database(self) -> Database:
        return Database.at(self.database_url)


def _unknown(variable: str, names: list[str]) -> str:
    said = variable.removeprefix(PREFIX).upper()
    near = difflib.get_close_matches(said, [name.removeprefix(PREFIX) for name in names], 1, 0.6)
    hint = f"did you mean {PREFIX}{near[0]}?" if near else f"allowed are {', '.join(names)}"
    return f"{variable} is no setting; {hint}"


_READERS: dict[str, Callable[[str], Any]] = {
    "database_url": reading.url,
    "secret": reading.secret,
    "prune_after_days": reading.days,
    "default_privacy": reading.privacy,
    "weights": reading.weights,
    "post_half_life_hours": reading.duration,
    "user_half_life_days": reading.duration,
    "explorer": reading.switch,
    "introspection": reading.switch,
    "compile": reading.switch,
    "cors_origins": reading.origins,
    "token_secret": reading.secret,
    "token_public_key": reading.public_key,
    "token_jwks_url": reading.jwks_url,
    "token_audience": reading.text,
    "token_issuer": reading.text,
    "key_rate": reading.rate,
    "user_rate": reading.rate,
    "key_subscriptions": reading.count,
    "user_subscriptions": reading.count,
    **{LIMIT + each.name: reading.count for each in fields(Limits)},
    "max_seconds": reading.duration,
}
