"""Documents: parsed, held to the limits and validated once, and kept for when they come again."""

import asyncio
from collections import OrderedDict
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
from graph.transport.costs import Costs, metadata_of
from graph.transport.limits import Limits, over_limits, too_complex
from graph.transport.requests import Invalid
from graph.transport.selections import (
    fields_of,
    fields_of_types,
    operations_of,
    variables_within,
)

KEPT = 512 * 1024  # characters of documents, each of which takes some 130 bytes to keep
KEPT_LENGTH = 16 * 1024
SHORT = 1024  # characters that are prepared so quickly that others may wait for it
#: The metadata of a field that walks over everything, and may take as long as that takes.
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
        """Whether an operation has fields alone that may take their time."""
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

    def __init__(self, schema: GraphQLSchema, limits: Limits, introspection: bool) -> None:
        self._schema = schema
        self._limits = limits
        self._introspection = introspection
        self._rules = [*specified_rules]
        if not introspection:
            self._rules.append(NoSchemaIntrospectionCustomRule)
        self._kept = OrderedDict[str, Prepared]()
        self._length = 0
        # One thread, so that many long documents at once leave the loop every other turn.
        self._aside = ThreadPoolExecutor(1, thread_name_prefix="documents")

    def kept(self, text: str) -> Prepared | None:
        """The document of a text, if it came before and is kept."""
        prepared = self._kept.get(text)
        if prepared is not None:
            self._kept.move_to_end(text)
        return prepared

    async def prepare(self, text: str) -> Prepared:
        """The document of a text, parsed and valid; a long one is prepared beside the loop.

        Raises:
            Invalid: it is malformed, beyond a limit, or does not fit the schema.
        """
        if prepared := self.kept(text):
            return prepared
        if len(text) <= SHORT:
            prepared = self._prepare(text)
        else:
            loop = asyncio.get_running_loop()
            prepared = await loop.run_in_executor(self._aside, self._prepare, text)
        if len(text) <= KEPT_LENGTH and text not in self._kept:
            self._kept[text] = prepared
            self._length += len(text)
            while self._length > KEPT:
                self._length -= len(self._kept.popitem(last=False)[0])
        return prepared

    def _prepare(self, text: str) -> Prepared:
        try:
            document = self._parse(text)
            self._validate(document)
            return Prepared(self._schema, text, document)
        except RecursionError:
            raise Invalid(too_complex("the document is nested too deeply")) from None

    def _validate(self, document: DocumentNode) -> None:
        if errors := over_limits(document, self._limits):
            raise Invalid(*errors)
        errors = validate(
            self._schema,
            document,
            self._rules,
            max_errors=_ERRORS,
            hide_suggestions=not self._introspection,
        )
        if errors and errors[0].message == _ABORTED:
            raise Invalid(too_complex("the document selects the same fields too often to be told"))
        if errors:
            # Without what caused them: a value that cannot be is the client's mistake, not ours.
            raise Invalid(*(GraphQLError(error.message, error.nodes) for error in errors))

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
