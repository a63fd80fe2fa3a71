"""Settings: read once from the environment into one frozen value, all mistakes told at once."""

import difflib
import math
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, fields
from functools import partial
from typing import Any

from graph.transport.limits import Limits
from models.database import BadDatabaseUrl, Database
from models.records import Micros
from models.vocabulary import ActionType
from resolvers.scoring import HOUR, Scoring

PREFIX = "TRAILMARK_"
LIMIT = "max_"
LEAST_LENGTH = 16  # of a secret
_ORIGIN = re.compile(r"https?://[a-z0-9.\-\[\]:]+")
_SWITCH = {"1": True, "true": True, "on": True, "0": False, "false": False, "off": False}


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
    #: Weights that differ from the vocabulary's, as in REPLY=4,HIDE=-3; changing them takes
    #: `trailmark recalculate`.
    weights: dict[ActionType, float] = field(default_factory=dict)
    #: Hours in which what a post was given counts half; changing it takes `trailmark recalculate`.
    post_half_life_hours: float = 24.0
    #: Days in which what a user did counts half; changing it takes `trailmark recalculate`.
    user_half_life_days: float = 14.0
    #: Whether /graphql shows a browser the explorer.
    explorer: bool = True
    #: Whether clients may ask for the schema, and get suggestions for names they mistype.
    introspection: bool = True
    #: Other origins whose pages may open WebSockets and read answers, as in https://app.example.
    cors_origins: tuple[str, ...] = ()
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
        if problems:
            raise BadSettings("\n".join(problems))
        return cls(**values, limits=Limits(**limits))

    @property
    def retention(self) -> Micros | None:
        """How long interactions are kept; None keeps all."""
        return self.prune_after_days * 24 * HOUR or None

    @property
    def scoring(self) -> Scoring:
        return Scoring(
            self.weights,
            round(self.post_half_life_hours * HOUR),
            round(self.user_half_life_days * 24 * HOUR),
        )

    @property
    def database(self) -> Database:
        return Database.at(self.database_url)


def _unknown(variable: str, names: list[str]) -> str:
    said = variable.removeprefix(PREFIX).upper()
    near = difflib.get_close_matches(said, [name.removeprefix(PREFIX) for name in names], 1, 0.6)
    hint = f"did you mean {PREFIX}{near[0]}?" if near else f"allowed are {', '.join(names)}"
    return f"{variable} is no setting; {hint}"


def _url(text: str) -> str:
    try:
        Database.at(text)
    except BadDatabaseUrl as error:
        raise ValueError(str(error)) from None
    return text


def _secret(text: str) -> str:
    if len(text) < LEAST_LENGTH:
        raise ValueError(f"has {len(text)} characters; allowed are {LEAST_LENGTH} or more")
    return text


def _whole(text: str, least: int, most: int, what: str) -> int:
    if not (text.isascii() and text.isdigit() and len(text) <= 12 and least <= int(text) <= most):
        raise ValueError(f"is {text[:64]!r}; allowed are {what} from {least} to {most}")
    return int(text)


_count = partial(_whole, least=1, most=1_000_000_000, what="whole numbers")
_days = partial(_whole, least=0, most=36_500, what="whole days (0 keeps all)")


def _origins(text: str) -> tuple[str, ...]:
    origins = tuple(part.strip() for part in text.split(",") if part.strip())
    for origin in origins:
        if not _ORIGIN.fullmatch(origin):
            raise ValueError(
                f"has {origin[:64]!r}; allowed are origins such as https://app.example, "
                "separated by commas"
            )
    return origins


def _weights(text: str) -> dict[ActionType, float]:
    weights = {}
    for part in filter(None, text.split(",")):
        name, _, number = part.partition("=")
        try:
            action, weight = ActionType(name.strip().upper()), float(number)
        except ValueError:
            raise ValueError(
                f"has {part[:64]!r}; allowed are actions and numbers such as REPLY=4,HIDE=-3"
            ) from None
        if not abs(weight) <= 1_000_000:
            raise ValueError(f"has {part[:64]!r}; allowed are numbers from -1000000 to 1000000")
        weights[action] = weight
    return weights


def _duration(text: str) -> float:
    try:
        duration = float(text)
    except ValueError:
        duration = math.nan
    if not 0.01 <= duration <= 36_500:
        raise ValueError(f"is {text[:64]!r}; allowed are numbers from 0.01 to 36500")
    return duration


def _switch(text: str) -> bool:
    try:
        return _SWITCH[text.strip().lower()]
    except KeyError:
        raise ValueError(f"is {text[:64]!r}; allowed are {', '.join(_SWITCH)}") from None


_READERS: dict[str, Callable[[str], Any]] = {
    "database_url": _url,
    "secret": _secret,
    "prune_after_days": _days,
    "weights": _weights,
    "post_half_life_hours": _duration,
    "user_half_life_days": _duration,
    "explorer": _switch,
    "introspection": _switch,
    "cors_origins": _origins,
    **{LIMIT + each.name: _count for each in fields(Limits)},
    "max_seconds": _duration,
}
