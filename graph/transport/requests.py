"""What a client asks to be executed, as every transport takes it."""

from typing import Any, NamedTuple

from graphql import GraphQLError
from starlette.types import Scope

from resolvers import json_texts
from resolvers.json_texts import NotJson


class Malformed(ValueError):
    """A body or message is no request; the text says why."""


class TooLarge(Malformed):
    """A body is larger than the limit, which the text names."""


class Invalid(Exception):
    """A request whose document, or choice of operation, cannot be executed."""

    def __init__(self, *errors: GraphQLError) -> None:
        super().__init__(*errors)
        self.errors = errors


class Parameters(NamedTuple):
    """A document, or the id of a trusted one in place of it, and how to execute it."""

    query: str
    variables: dict[str, Any]
    operation_name: str | None = None
    document_id: str | None = None

    @classmethod
    def of(cls, given: Any, what: str) -> "Parameters":
        """The parameters in an object that a client sent.

        Raises:
            Malformed: it is not of their form.
        """
        if not isinstance(given, dict):
            raise Malformed(f"{what} must be a JSON object")
        query, variables, name = map(given.get, ("query", "variables", "operationName"))
        id = _document_id(given)
        if query is None and id is not None:
            query = ""
        elif not isinstance(query, str):
            raise Malformed("`query` must be a text that holds a GraphQL document")
        else:
            id = None  # with the document itself at hand, its id says nothing
        if variables is not None and not isinstance(variables, dict):
            raise Malformed("`variables` must be an object")
        if name is not None and not isinstance(name, str):
            raise Malformed("`operationName` must be a text")
        return cls(query, variables or {}, name or None, id)


def _document_id(given: dict[str, Any]) -> str | None:
    """The id by which a document is asked for: `documentId`, or the hash of Apollo's clients."""
    id, extensions = given.get("documentId"), given.get("extensions")
    if extensions is not None and not isinstance(extensions, dict):
        raise Malformed("`extensions` must be an object")
    if id is not None:
        if not isinstance(id, str):
            raise Malformed("`documentId` must be a text")
        return id
    if not extensions or "persistedQuery" not in extensions:
        return None
    persisted = extensions["persistedQuery"]
    hash = persisted.get("sha256Hash") if isinstance(persisted, dict) else None
    if not isinstance(hash, str):
        raise Malformed("`extensions.persistedQuery` must be an object with a text `sha256Hash`")
    return hash


NOTES = "trailmark.notes"
"""The extension of ASGI by which a server has what was found out about a head noted: a dict.

It comes again with each request of the same headers. What depends on anything else has that in its
key.
"""


def header(scope: Scope, name: bytes) -> str:
    """The first header of a name, in lower case; empty without one.

    starlette's own search takes several times as long, for each header of each request.
    """
    notes: dict[Any, Any] | None = scope.get(NOTES)
    if notes is None:
        return _searched(scope, name)
    found: str | None = notes.get(name)
    if found is None:
        found = notes[name] = _searched(scope, name)
    return found


def _searched(scope: Scope, name: bytes) -> str:
    for each, text in scope["headers"]:
        if each == name:
            return str(text, "latin-1")
    return ""


def from_json(text: bytes | str, what: str) -> Any:
    """The value of a JSON text.

    Raises:
        Malformed: it is none, or nested or numbered beyond what can be held.
    """
    try:
        return json_texts.from_json(text)
    except NotJson as why:
        raise Malformed(f"{what} must be JSON: {why}") from None
