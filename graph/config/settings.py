"""Settings: read once from the environment into one frozen value, all mistakes reported at once."""

import difflib
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, fields
from typing import Any

from graph.access.user_tokens import UserTokens
from graph.config import parsers as reading
from graph.config.documents import documents
from graph.config.follower_places import FollowerPlace
from graph.config.injected import is_injected
from graph.config.log_formats import LogFormat
from graph.config.networks import LOOPBACK, Network
from graph.transport.documents.limits import Limits
from models.database.database import Database
from models.records import Micros
from models.vocabulary import ActionType, PrivacyLevel
from resolvers.recording.judging import Rules
from resolvers.scoring.weights import HOUR, Scoring

PREFIX = "TRAILMARK_"
LIMIT = "max_"
FILE = "_FILE"
SECRETS = ("database_url", "database_replica_urls", "secret", "token_secret")
"""Settings that may also be named by a file that holds them, as `TRAILMARK_SECRET_FILE`."""
_ONE = "allowed is one"


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
    #: Standbys of that PostgreSQL, which answer reads while they are up to date.
    database_replica_urls: tuple[str, ...] = field(default=(), repr=False, kw_only=True)
    #: Where followers work, which make co-engagement and ranks of what is recorded: inside of the
    #: server, beside it in a process of their own (as by itself on PostgreSQL, so that they take
    #: no time from requests), or elsewhere, by `trailmark follow`.
    followers: FollowerPlace | None = field(default=None, kw_only=True)
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
    #: The share of recommended posts that explores those with few views, from 0 to 1.
    exploration: float = 0.1
    #: Whether /graphql shows a browser the explorer; on where only this machine is served.
    explorer: bool | None = None
    #: Whether clients may ask for the schema, and get suggestions for names they mistype; likewise.
    introspection: bool | None = None
    #: Whether /track.js is served, by which pages record what their users do with posts.
    auto_track: bool = True
    #: Whether operations that come again are compiled into Python functions, which answer the same
    #: in a fraction of the time; off leaves all of them to graphql-core.
    compile: bool = True
    #: Other origins whose pages may open WebSockets and read answers, as in https://app.example.
    cors_origins: tuple[str, ...] = ()
    #: Headers that those pages may send beside the usual ones of clients and of tracing.
    cors_headers: tuple[str, ...] = ()
    #: The path that a proxy serves it under, as in /trailmark, where links and pages then lead.
    #: What X-Forwarded-Prefix of a trusted proxy says counts before it.
    root_path: str = ""
    #: Whose Forwarded and X-Forwarded headers count, as addresses and networks: scheme, host and
    #: prefix that they tell are those of links. None trusts nobody.
    trusted_proxies: tuple[Network, ...] = LOOPBACK
    #: The secret that user tokens are signed with by HS256: at least 16 characters, better at
    #: least 32 bytes (RFC 7518, section 3.2).
    token_secret: str | None = field(default=None, repr=False)
    #: The public key of user tokens in PEM, or its file: RSA of at least 2048 bits for RS256,
    #: P-256 for ES256.
    token_public_key: str | None = None
    #: Where the public keys of user tokens are, as a JSON Web Key Set.
    token_jwks_url: str | None = None
    #: What the `aud` of user tokens must hold; without it none may name an audience.
    token_audience: str | None = None
    #: What the `iss` of user tokens must be.
    token_issuer: str | None = None
    #: Seconds by which the clock of who signs user tokens may differ from this one's, for `iat`,
    #: `nbf` and `exp`: machines that keep their time by NTP are rarely further apart.
    token_leeway_seconds: int = 30
    #: The form of the log: lines for a console, or json for what collects logs.
    log_format: LogFormat = LogFormat.CONSOLE
    #: Whether the log has a line for each request; off, since it is the largest part of any log.
    access_log: bool = False
    #: Whether that has addresses without what tells one client from its neighbours.
    anonymize_ip: bool = True
    #: A folder or manifest of trusted documents, which clients ask for by their ids.
    documents: dict[str, str] = field(default_factory=dict, repr=False)
    #: Whether callers with user tokens may send trusted documents alone.
    documents_only: bool = False
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
        problems, values, limits = list[str](), dict[str, Any](), dict[str, Any]()
        for variable, name in _settings_among(environment, problems):
            try:
                value = _READERS[name](_text(variable, environment[variable]))
                if name.startswith(LIMIT):
                    limits[name.removeprefix(LIMIT)] = value
                elif name in values:
                    problems.append(f"{variable} is set beside {PREFIX}{name.upper()}; {_ONE}")
                else:
                    values[name] = value
            except ValueError as error:
                problems.append(f"{variable} {error}")
        problems += _contradictions(values)
        if problems:
            raise BadSettings("\n".join(problems))
        return cls(**values, limits=Limits(**limits))

    @property
    def has_explorer(self) -> bool:
        """Whether browsers get pages: unless they are turned off."""
        return self.explorer is not False

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
            public_key=self.token_public_key,
            jwks_url=self.token_jwks_url,
            audience=self.token_audience,
            issuer=self.token_issuer,
            leeway_s=self.token_leeway_seconds,
        )

    @property
    def database(self) -> Database:
        return Database.at(self.database_url)

    @property
    def replicas(self) -> list[Database]:
        """The database's standbys that reads may go to."""
        return [Database.at(url) for url in self.database_replica_urls]


def _settings_among(
    environment: Mapping[str, str], problems: list[str]
) -> Iterator[tuple[str, str]]:
    """The variables that are settings, with the names of their fields; others are problems."""
    fields = {PREFIX + name.upper(): name for name in _READERS}
    fields |= {PREFIX + name.upper() + FILE: name for name in SECRETS}
    for variable in sorted(environment):
        if variable in fields:
            yield variable, fields[variable]
        elif variable.startswith(PREFIX) and not is_injected(variable, environment[variable]):
            problems.append(_unknown(variable, list(fields)))


def _text(variable: str, given: str) -> str:
    """What a variable says, or the file that it names."""
    return reading.file_text(given) if variable.endswith(FILE) else given


def _contradictions(values: dict[str, Any]) -> Iterator[str]:
    """What is wrong with settings that are right by themselves."""
    if "database_replica_urls" in values and _is_embedded(values.get("database_url")):
        yield f"{PREFIX}DATABASE_REPLICA_URLS needs PostgreSQL in {PREFIX}DATABASE_URL beside it"
    if values.get("followers", FollowerPlace.INSIDE) is not FollowerPlace.INSIDE and _is_embedded(
        values.get("database_url")
    ):
        yield (
            f"{PREFIX}FOLLOWERS is {values['followers']!r}; allowed is 'inside' with an embedded "
            "database, which one process writes"
        )
    if "token_public_key" in values and "token_jwks_url" in values:
        yield f"{PREFIX}TOKEN_JWKS_URL is set beside a public key; {_ONE}"
    if not values.keys() & {"token_secret", "token_public_key", "token_jwks_url"}:
        for name in sorted(values.keys() & {"token_audience", "token_issuer"}):
            beside = f"{PREFIX}TOKEN_SECRET, {PREFIX}TOKEN_PUBLIC_KEY or {PREFIX}TOKEN_JWKS_URL"
            yield f"{PREFIX}{name.upper()} needs one of {beside} beside it"
    if values.get("documents_only") and not values.get("documents"):
        yield f"{PREFIX}DOCUMENTS_ONLY needs {PREFIX}DOCUMENTS beside it"


def _is_embedded(url: str | None) -> bool:
    return url is None or Database.at(url).is_embedded


def _unknown(variable: str, names: list[str]) -> str:
    said = variable.removeprefix(PREFIX).upper()
    near = difflib.get_close_matches(said, [name.removeprefix(PREFIX) for name in names], 1, 0.6)
    usual = ", ".join(name for name in names if not name.endswith(FILE))
    hint = f"did you mean {PREFIX}{near[0]}?" if near else f"allowed are {usual}"
    return f"{variable} is no setting; {hint}"


_READERS: dict[str, Callable[[str], Any]] = {
    "database_url": reading.url,
    "secret": reading.secret,
    "database_replica_urls": reading.replica_urls,
    "followers": reading.follower_place,
    "prune_after_days": reading.days,
    "default_privacy": reading.privacy,
    "weights": reading.weights,
    "post_half_life_hours": reading.duration,
    "user_half_life_days": reading.duration,
    "exploration": reading.share,
    "explorer": reading.switch,
    "introspection": reading.switch,
    "auto_track": reading.switch,
    "compile": reading.switch,
    "cors_origins": reading.origins,
    "cors_headers": reading.header_names,
    "root_path": reading.root_path,
    "trusted_proxies": reading.proxies,
    "token_secret": reading.token_secret,
    "token_public_key": reading.public_key,
    "token_jwks_url": reading.jwks_url,
    "token_audience": reading.text,
    "token_issuer": reading.text,
    "token_leeway_seconds": reading.leeway,
    "log_format": reading.log_format,
    "access_log": reading.switch,
    "anonymize_ip": reading.switch,
    "documents": documents,
    "documents_only": reading.switch,
    "key_rate": reading.rate,
    "user_rate": reading.rate,
    "key_subscriptions": reading.count,
    "user_subscriptions": reading.count,
    **{LIMIT + each.name: reading.count for each in fields(Limits)},
    "max_seconds": reading.duration,
}
