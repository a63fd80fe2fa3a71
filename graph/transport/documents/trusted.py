"""Trusted documents: those that an operator names, which clients ask for by an id."""

from collections.abc import Callable, Mapping
from typing import Any

from graphql import GraphQLError

from graph.codes import Code
from graph.transport.requests import Invalid, Parameters

#: Whether a principal may send trusted documents alone.
IsBound = Callable[[Any], bool]

# By these messages and codes Apollo's clients know to send the document itself.
_NOT_FOUND = GraphQLError(
    "PersistedQueryNotFound", extensions={"code": Code.PERSISTED_QUERY_NOT_FOUND}
)
_NOT_SUPPORTED = GraphQLError(
    "PersistedQueryNotSupported", extensions={"code": Code.PERSISTED_QUERY_NOT_SUPPORTED}
)
_UNTRUSTED = GraphQLError(
    "the document is not one of those that are trusted here; allowed are those, best by their ids",
    extensions={"code": Code.FORBIDDEN},
)
_DIGEST = "sha256:"


class BadDocuments(ValueError):
    """Some trusted documents are not valid; one line for each."""


def is_free(principal: Any) -> bool:
    """Let everyone send any document."""
    return False


class TrustedDocuments:
    """The texts of documents by their ids; without any, no id is known."""

    def __init__(self, by_id: Mapping[str, str] | None = None, is_bound: IsBound = is_free) -> None:
        self._by_id = by_id or {}
        self._is_bound = is_bound
        self.texts = frozenset(self._by_id.values())

    def id_of(self, text: str) -> str:
        """The first id of a document, which is the one that it was given."""
        return next(id for id, each in self._by_id.items() if each == text)

    def named(self, id: str) -> str:
        """The text of a document by its id, or by `sha256:` and its digest.

        Raises:
            Invalid: there is none of that id.
        """
        text = self._by_id.get(id) or self._by_id.get(id.removeprefix(_DIGEST))
        if text is None:
            raise Invalid(_NOT_FOUND if self._by_id else _NOT_SUPPORTED)
        return text

    def requested(self, parameters: Parameters, principal: Any) -> str:
        """The text of the document that a principal asks to be executed.

        Raises:
            Invalid: there is none of its id, or the principal may not send this one.
        """
        if parameters.document_id is not None:
            return self.named(parameters.document_id)
        if self._is_bound(principal) and parameters.query not in self.texts:
            raise Invalid(_UNTRUSTED)
        return parameters.query
