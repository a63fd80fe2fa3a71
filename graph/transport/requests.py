"""What a client asks to be executed, as every transport takes it."""

from typing import Any, NamedTuple

from graphql import GraphQLError
from starlette.types import Receive, Scope

from graph.codes import Code
from resolvers import jsontexts
from resolvers.jsontexts import NotJson

# By this message and code clients know to send the document itself.
_NOT_PERSISTED = {"code": Code.PERSISTED_QUERY_NOT_SUPPORTED}


class Malformed(ValueError):
    """What was sent is no request; says why."""


class TooLarge(Malformed):
    """A body is larger than it may be; says how large that is."""


class Invalid(Exception):
    """A request whose document, or choice of operation, cannot be executed."""

    def __init__(self, *errors: GraphQLError) -> None:
        super().__init__(*errors)
        self.errors = errors


class Parameters(NamedTuple):
    """A document, and how to execute it."""

    query: str
    variables: dict[str, Any]
    operation_name: str | None = None

    @classmethod
    def of(cls, given: Any, what: str) -> "Parameters":
        """The parameters in an object that a client sent.

        Raises:
            Malformed: it is not of their form.
            Invalid: it names a document by its hash, which clients then send in full.
        """
        if not isinstance(given, dict):
            raise Malformed(f"{what} must be a JSON object")
        query, variables = given.get("query"), given.get("variables")
        name, extensions = given.get("operationName"), given.get("extensions")
        if extensions is not None and not isinstance(extensions, dict):
            raise Malformed("`extensions` must be an object")
        if query is None and extensions and "persistedQuery" in extensions:
            raise Invalid(GraphQLError("PersistedQueryNotSupported", extensions=_NOT_PERSISTED))
        if not isinstance(query, str):
            raise Malformed("`query` must be a text that holds a GraphQL document")
        if variables is not None and not isinstance(variables, dict):
            raise Malformed("`variables` must be an object")
        if name is not None and not isinstance(name, str):
            raise Malformed("`operationName` must be a text")
        return cls(query, variables or {}, name or None)


def header(scope: Scope, name: bytes) -> str:
    """The first header of a name, in lower case; empty without one.

    starlette's own search takes several times as long, for each header of each request.
    """
    for each, text in scope["headers"]:
        if each == name:
            return str(text, "latin-1")
    return ""


async def body_of(receive: Receive, limit: int) -> bytes:
    """A request's body, read no further than `limit` bytes.

    Raises:
        TooLarge: it is longer.
        Malformed: the client left before its end.
    """
    parts: list[bytes] = []
    size, has_more = 0, True
    while has_more:
        message = await receive()
        if message["type"] == "http.disconnect":
            raise Malformed("the client left")
        part = message.get("body", b"")
        size += len(part)
        if size > limit:
            raise TooLarge(f"the body is larger than {limit} bytes")
        parts.append(part)
        has_more = message.get("more_body", False)
    return parts[0] if len(parts) == 1 else b"".join(parts)


def from_json(text: bytes | str, what: str) -> Any:
    """The value of a JSON text.

    Raises:
        Malformed: it is none, or nested or numbered beyond what can be held.
    """
    try:
        return jsontexts.from_json(text)
    except NotJson as why:
        raise Malformed(f"{what} must be JSON: {why}") from None
