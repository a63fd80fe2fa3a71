"""Who is asking, and with which rights."""

from dataclasses import dataclass
from enum import StrEnum


class Scope(StrEnum):
    """What a caller may do: three kinds of key, or a user's token."""

    RECORD = "record"
    READ = "read"
    ADMIN = "admin"
    USER = "user"


@dataclass(frozen=True, slots=True)
class Caller:
    """The caller of one request: a user under an alias, or, with none, a service.

    `key_id` names the key it came with and `expires_at` ends its token, in seconds since 1970;
    without either it is anyone on a machine where no credentials are configured.
    """

    alias: str | None = None
    scopes: frozenset[Scope] = frozenset({Scope.ADMIN})
    key_id: str | None = None
    expires_at: float | None = None

    @property
    def is_user(self) -> bool:
        """Whether it came with a user's token."""
        return Scope.USER in self.scopes

    @property
    def only_records(self) -> bool:
        """Whether it may read nothing but what it writes itself, and what is counted of a post."""
        return self.scopes == {Scope.RECORD}

    def has_any(self, allowed: frozenset[Scope]) -> bool:
        """Whether one of its scopes is among those that may do something."""
        return not self.scopes.isdisjoint(allowed)

    @property
    def scope_names(self) -> str:
        """Its scopes in a fixed order, for messages."""
        return ", ".join(scope for scope in Scope if scope in self.scopes)

    def is_barred_from(self, alias: str) -> bool:
        """Whether a user asks for what is another's."""
        return self.alias is not None and self.alias != alias
