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
    scope: Scope = Scope.ADMIN
    key_id: str | None = None
    expires_at: float | None = None

    def is_barred_from(self, alias: str) -> bool:
        """Whether a user asks for what is another's."""
        return self.alias is not None and self.alias != alias
