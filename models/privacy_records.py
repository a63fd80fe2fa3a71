"""Rows of the tables of what users chose, and of what is remembered of LIMITED ones."""

from dataclasses import dataclass

from models.values import Micros


@dataclass(slots=True)
class StoredSetting:
    """A row of `privacy_settings`."""

    user_alias: str
    level: int
    created_at: Micros
    updated_at: Micros


@dataclass(slots=True)
class StoredRemoval:
    """A row of `removals`."""

    user_alias: str
    level: int
    erase: bool
    requested_at: Micros


@dataclass(slots=True)
class StoredSalt:
    """A row of `salts`."""

    day: int
    salt: bytes


@dataclass(slots=True)
class StoredToken:
    """A row of `tokens`."""

    key: bytes
    owner: bytes
    day: int
    status: int
    occurred_at: Micros
    last_record_at: Micros | None = None
    last_undo_at: Micros | None = None
    content: bytes | None = None
    source: str | None = None
    recommended: bool | None = None
    variant: str | None = None
