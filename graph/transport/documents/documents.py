"""Documents: parsed, held to the limits and validated once, and cached by their text."""

import asyncio
from collections import OrderedDict
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from functools import cached_property
from typing import Any

from graphql import (
    DocumentNode,
    GraphQLError,
    GraphQLSchema,
    NoSchemaIntrospectionCustomRule,
    OperationDefinitionNode,
    parse,
    specified_rules,
    validate,
)

from graph.compiled.fields import fragments_of
from graph.compiled.slices import UNDIVIDED, Slices
from graph.transport.documents.costs import Costs, metadata_of
from graph.transport.documents.limits import Limits
from graph.transport.documents.measuring import over_limits, too_complex
from graph.transport.documents.selections import (
    fields_of,
    fields_of_types,
    operations_of,
    variables_within,
)
from graph.transport.documents.trusted import BadDocuments, TrustedDocuments
from graph.transport.judged.literals import read_literals_again
from graph.transport.requests import Invalid

CACHED = 512 * 1024  # characters of documents, each of which takes some 130 bytes of memory
CACHED_LENGTH = 16 * 1024  # of a document that is cached
SHORT = 1024  # characters that are prepared so quickly that the loop may wait for it, in a slice
#: The metadata of a field that reads whole tables, and may take as long as that needs.
UNHURRIED = {"unhurried": True}
_ERRORS = 20
# What graphql-core says where it gives up on a document.
_TOO_LONG = "Syntax Error: Document contains more than "
_TOO_DEEP = "Syntax Error: Document is nested too deeply. Parsing aborted."
_ABORTED = "Validation aborted."


class Prepared:
    """A valid document."""

    def __init__(self, schema: GraphQLSchema, text: str, document: DocumentNode) -> None:
        self.text = text
        self.id: str | None = None  # the first that an operator gave it
        self._schema = schema
        self._unhurried: dict[str | None, bool] = {}
        self._variables: dict[str | None, frozenset[str]] = {}
        self.document = document
        self.fragments = fragments_of(document)
        self._operations: dict[str | None, tuple[OperationDefinitionNode, Costs]] = {
            _name(each): (each, Costs(schema, document, each)) for each in operations_of(document)
        }

    def variables_within(self, operation: OperationDefinitionNode) -> frozenset[str]:
        """The variables that an operation's selections depend on, beside its root field's."""
        name = _name(operation)
        if name not in self._variables:
            self._variables[name] = variables_within(operation, self.fragments)
        return self._variables[name]

    def is_unhurried(self, operation: OperationDefinitionNode) -> bool:
        """Whether all fields of an operation may take as long as they need."""
        name = _name(operation)
        if name not in self._unhurried:
            root = self._schema.get_root_type(operation.operation)
            nodes = fields_of(operation.selection_set, self.fragments)
            fields = [root.fields.get(each.name.value) if root else None for each in nodes]
            self._unhurried[name] = all(
                each is not None and metadata_of(each).get("unhurried") for each in fields
            )
        return self._unhurried[name]

    @cached_property
    def fields(self) -> frozenset[str]:
        """All fields that it selects, each named `Type.field`."""
        return fields_of_types(self._schema, self.document)

    def shown_name(self, operation: OperationDefinitionNode) -> str:
        """An operation's name, or the id of its document; empty where it has neither."""
        return operation.name.value if operation.name else self.id or ""

    @property
    def operations(self) -> list[OperationDefinitionNode]:
        """All operations that it holds."""
        return [operation for operation, _ in self._operations.values()]

    def operation(
        self, name: str | None, variables: dict[str, Any], limits: Limits
    ) -> OperationDefinitionNode:
        """The operation that is asked for.

        Raises:
            Invalid: there is none of that name, or no single one, or it costs too much.
        """
        if name is None and len(self._operations) == 1:
            (name,) = self._operations
        if name not in self._operations:
            raise Invalid(GraphQLError(_no_operation(name)))
        operation, costs = self._operations[name]
        if costs.most > limits.rows and (rows := costs.rows(variables)) > limits.rows:
            message = f"the operation could touch {rows} rows; allowed are {limits.rows}"
            raise Invalid(too_complex(message))
        return operation


class Documents:
    """The documents that clients send to a schema."""

    def __init__(
        self,
        schema: GraphQLSchema,
        limits: Limits,
        introspection: bool,
        slices: Slices = UNDIVIDED,
    ) -> None:
        self._schema = schema
        self._slices = slices
        self._limits = limits
        self._introspection = introspection
        self._rules = [*specified_rules]
        if not introspection:
            self._rules.append(NoSchemaIntrospectionCustomRule)
        self._cache = OrderedDict[str, Prepared]()
        self._trusted: dict[str, Prepared] = {}
        self._length = 0
        # One thread, so that many long documents at once leave the loop half of the time.
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="documents")

    def trust(self, trusted: TrustedDocuments) -> Iterator[Prepared]:
        """Prepare trusted documents, which are never dropped.

        Raises:
            BadDocuments: some are not valid; one line for each.
        """
        problems = []
        for text in trusted.texts:
            try:
                self._trusted[text] = prepared = self._prepare(text)
                prepared.id = trusted.id_of(text)
            except Invalid as invalid:
                problems.append(f"{trusted.id_of(text)[:64]}: {invalid.errors[0].message}")
        if problems:
            raise BadDocuments("\n".join(sorted(problems)))
        return iter(self._trusted.values())

    def cached(self, text: str) -> Prepared | None:
        """The document of a text, if it is cached."""
        prepared = self._cache.get(text)
        if prepared is None:
            return self._trusted.get(text)
        self._cache.move_to_end(text)
        return prepared

    async def prepare(self, text: str) -> Prepared:
        """The document of a text, parsed and valid; a long one is prepared beside the loop.

        Raises:
            Invalid: it is malformed, beyond a limit, or does not fit the schema.
        """
        if prepared := self.cached(text):
            return prepared
        if len(text) <= SHORT:
            if self._slices.is_over():
                await self._slices.next()  # another who sent the same may have had a turn before
            prepared = self.cached(text) or self._prepare(text)
        else:
            loop = asyncio.get_running_loop()
            prepared = await loop.run_in_executor(self._thread, self._prepare, text)
        if len(text) <= CACHED_LENGTH and text not in self._cache:
            self._cache[text] = prepared
            self._length += len(text)
            while self._length > CACHED:
                self._length -= len(self._cache.popitem(last=False)[0])
        return prepared

    def _prepare(self, text: str) -> Prepared:
        try:
            document = self._valid(self._parse(text), len(text))
            return Prepared(self._schema, text, document)
        except RecursionError:
            raise Invalid(too_complex("the document is nested too deeply")) from None

    def _valid(self, document: DocumentNode, length: int) -> DocumentNode:
        """A document that fits the schema, perhaps with inputs that a field is to judge itself.

        Of one that is long in text, errors suggest no names: comparing long ones takes seconds.
        """
        if errors := over_limits(document, self._limits):
            raise Invalid(*errors)
        hides = not self._introspection or length > CACHED_LENGTH
        errors = self._errors(document, hides)
        if not errors:
            return document
        read = read_literals_again(self._schema, document, errors, hide_suggestions=hides)
        if isinstance(read, list):
            raise Invalid(*read)
        if read is not None and not self._errors(read, hides):
            return read
        if errors[0].message == _ABORTED:
            raise Invalid(too_complex("the document selects the same fields too often to be told"))
        raise Invalid(*errors)

    def _errors(self, document: DocumentNode, hides: bool) -> list[GraphQLError]:
        errors = validate(
            self._schema,
            document,
            self._rules,
            max_errors=_ERRORS,
            hide_suggestions=hides,
        )
        # Without their causes: an impossible value is the client's mistake, not ours.
        return [GraphQLError(error.message, error.nodes) for error in errors]

    def _parse(self, text: str) -> DocumentNode:
        tokens = self._limits.tokens
        try:
            return parse(
                text,
                allow_empty_selection_sets=False,
                max_lexical_tokens=tokens,
                max_comments=tokens,
            )
        except GraphQLError as error:
            if error.message.startswith(_TOO_LONG):
                error = too_complex(f"the document has more than {tokens} tokens or comments")
            elif error.message == _TOO_DEEP:
                error = too_complex("the document is nested too deeply")
            raise Invalid(error) from None


def _name(operation: OperationDefinitionNode) -> str | None:
    return operation.name.value if operation.name else None


def _no_operation(name: str | None) -> str:
    if name is None:
        return "the document must hold exactly one operation, or `operationName` must name one"
    return f"the document holds no operation named {name[:64]!r}"
