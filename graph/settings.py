"""Settings: read once from the environment into one frozen value, all mistakes told at once."""

import difflib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, fields
from typing import Any

from models.database import BadDatabaseUrl, Database

PREFIX = "TRAILMARK_"
_SWITCH = {"1": True, "true": True, "on": True, "0": False, "false": False, "off": False}


class BadSettings(ValueError):
    """The environment holds settings that cannot be; one line for each."""


@dataclass(frozen=True, slots=True)
class Settings:
    """What an operator can choose; each field is the setting `TRAILMARK_` and its name."""

    #: Where everything is kept: sqlite://FILE, which needs no set-up, or postgres://….
    database_url: str = "sqlite://trailmark.db"
    #: What aliases are made with, at least 16 characters; a secret is generated beside an embedded
    #: database, since without the one it was filled with every history is lost.
    secret: str | None = None
    #: Days that interactions and event ids are kept; older inputs are refused. 0 keeps all.
    prune_after_days: int = 90
    #: Whether /graphql shows a browser the explorer.
    explorer: bool = True

    @classmethod
    def read(cls, environment: Mapping[str, str]) -> "Settings":
        """The settings in an environment.

        Raises:
            BadSettings: some are malformed or unknown; names each, and what is allowed.
        """
        names = [PREFIX + field.name.upper() for field in fields(cls)]
        problems, values = [], dict[str, Any]()
        for variable in sorted(environment):
            if not variable.startswith(PREFIX):
                continue
            if variable not in names:
                problems.append(_unknown(variable, names))
                continue
            name = variable.removeprefix(PREFIX).lower()
            try:
                values[name] = _READERS[name](environment[variable])
            except ValueError as error:
                problems.append(f"{variable} {error}")
        if problems:
            raise BadSettings("\n".join(problems))
        return cls(**values)

    @property
    def database(self) -> Database:
        return Database.at(self.database_url)


def _unknown(variable: str, names: list[str]) -> str:
    near = difflib.get_close_matches(variable, names, 1, 0.6)
    hint = f"did you mean {near[0]}?" if near else f"allowed are {', '.join(names)}"
    return f"{variable} is no setting; {hint}"


def _url(text: str) -> str:
    try:
        Database.at(text)
    except BadDatabaseUrl as error:
        raise ValueError(str(error)) from None
    return text


def _secret(text: str) -> str:
    if len(text) < 16:
        raise ValueError(f"has {len(text)} characters; allowed are 16 or more")
    return text


def _days(text: str) -> int:
    if not (text.isascii() and text.isdigit() and int(text) <= 36_500):
        raise ValueError(f"is {text[:64]!r}; allowed are whole days from 0 (keep all) to 36500")
    return int(text)


def _switch(text: str) -> bool:
    try:
        return _SWITCH[text.strip().lower()]
    except KeyError:
        raise ValueError(f"is {text[:64]!r}; allowed are {', '.join(_SWITCH)}") from None


_READERS: dict[str, Callable[[str], Any]] = {
    "database_url": _url,
    "secret": _secret,
    "prune_after_days": _days,
    "explorer": _switch,
}
