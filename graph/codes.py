"""Codes: what clients distinguish errors by, GraphQL's in `extensions.code`, REST's in `code`.

docs/errors.md says what each means to a client; a test holds the two equal.
"""

from enum import StrEnum


class Code(StrEnum):
    """Why a whole request or field failed; single inputs have `InputErrorCode`."""

    UNAUTHENTICATED = "UNAUTHENTICATED"
    FORBIDDEN = "FORBIDDEN"
    BAD_USER_INPUT = "BAD_USER_INPUT"
    TOO_COMPLEX = "TOO_COMPLEX"
    NOT_FOUND = "NOT_FOUND"
    METHOD_NOT_ALLOWED = "METHOD_NOT_ALLOWED"
    PERSISTED_QUERY_NOT_FOUND = "PERSISTED_QUERY_NOT_FOUND"
    PERSISTED_QUERY_NOT_SUPPORTED = "PERSISTED_QUERY_NOT_SUPPORTED"
    OVERLOADED = "OVERLOADED"
    TIMEOUT = "TIMEOUT"
    CURSOR_TOO_OLD = "CURSOR_TOO_OLD"
    CONSUMER_TOO_SLOW = "CONSUMER_TOO_SLOW"
    INTERNAL = "INTERNAL"
