"""What a schema declares of fields that judge their inputs one by one, and what is told of them."""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

from graphql import (
    FieldNode,
    GraphQLError,
    GraphQLInputObjectType,
    GraphQLInputType,
    GraphQLScalarType,
    GraphQLSchema,
    Node,
    OperationDefinitionNode,
    OperationType,
    ValueNode,
    is_required_input_field,
)
from graphql.pyutils import did_you_mean, suggestion_list

from graph.codes import Code
from graph.errors import discreet
from graph.transport.documents.costs import metadata_of
from graph.transport.documents.selections import Fragments, fields_of
from resolvers.errors import Unreadable

INPUTS = 1000
"""Inputs of one argument that are read; more are refused as a whole."""

_OF_ONE_INPUT = 10  # problems that are told
_SUGGESTED = 20  # problems that are told with names that may have been meant
_MESSAGE_LENGTH = 200
_NAME_LENGTH = 64
_WHOLE_NUMBER_OR_TEXT = "allowed is a text or a whole number"


@dataclass(frozen=True, slots=True)
class Judged:
    """A field that judges each input of an argument by itself, also one with values unread.

    Of scalars named in `unread` it takes an `Unreadable` in place of a value.
    """

    argument: str
    unread: frozenset[str] = frozenset({"ID", "DateTime"})

    @property
    def metadata(self) -> dict[str, "Judged"]:
        """What to declare a strawberry field with."""
        return {"judged": self}


@dataclass(frozen=True, slots=True)
class JudgedArgument:
    """A judged argument that a document gives a value."""

    judged: Judged
    type: GraphQLInputType
    value: ValueNode


#: The path of a value within its argument: the index of its input first, 0 where it is the one.
Path = tuple[str | int, ...]


@dataclass(slots=True)
class Problems:
    """What GraphQL itself refuses of inputs, by the places where it is."""

    hide_suggestions: bool
    told: list[tuple[Path, str]] = field(default_factory=list)
    _of: dict[str | int, int] = field(default_factory=dict)

    def __bool__(self) -> bool:
        return bool(self.told)

    def add(self, path: Path, message: str) -> None:
        """Tell a problem, unless enough is told of its input."""
        if self._takes(path):
            index = path[0] if path else 0
            self._of[index] = self._of.get(index, 0) + 1
            self.told.append((path, discreet(message)[:_MESSAGE_LENGTH]))

    def suggests(self, name: Any) -> bool:
        """Whether names like this one are told: not of long ones, nor again and again.

        Finding them takes a millisecond, and of a long one a second.
        """
        is_short = isinstance(name, str) and len(name) <= _NAME_LENGTH
        return is_short and len(self.told) < _SUGGESTED and not self.hide_suggestions

    def _takes(self, path: Path) -> bool:
        index = path[0] if path else 0
        told = self._of.get(index, 0)
        return told < _OF_ONE_INPUT and (told > 0 or len(self._of) < INPUTS)

    def tell_fields(self, names: Collection[str], type: GraphQLInputObjectType, path: Path) -> None:
        """Tell the fields that an input lacks, or that its type does not know."""
        for name in names:
            if name not in type.fields:
                if not self._takes(path):
                    return
                message = f"Expected value of type '{type}' not to include this unknown field"
                known = suggestion_list(name, list(type.fields)) if self.suggests(name) else ()
                self.add((*path, name[:_NAME_LENGTH]), f"{message}.{did_you_mean(known)}")
        for name, known_field in type.fields.items():
            if name not in names and is_required_input_field(known_field):
                message = f"Expected value of type '{type}' to include this required field"
                self.add((*path, name), message)

    def tell_null(self, type: GraphQLInputType, path: Path) -> None:
        """Tell that there is null where it may not be."""
        self.add(path, f"Expected value of non-null type '{type}' not to be null")

    def error(self, nodes: Sequence[Node]) -> GraphQLError:
        """All of them as one error, whose `extensions.inputs` tells where each is."""
        self.told.sort(key=lambda problem: problem[0][:1])  # by input; stable within one
        inputs = [_shown(path, message) for path, message in self.told]
        place = ".".join(["inputs", *map(str, self.told[0][0])])
        others = len(self._of) - 1
        also = f", nor can {others} others" if others else ""
        message = f"{place} cannot be taken{also}; extensions.inputs tells why: {self.told[0][1]}"
        return GraphQLError(
            message, nodes, extensions={"code": Code.BAD_USER_INPUT, "inputs": inputs}
        )


def _shown(path: Path, message: str) -> dict[str, Any]:
    index, *within = path or (0,)
    return {"index": index, "field": [*map(str, within)], "message": message}


def judged_arguments(
    schema: GraphQLSchema, operation: OperationDefinitionNode, fragments: Fragments
) -> Iterator[JudgedArgument]:
    """The judged arguments of an operation's root fields."""
    root = schema.get_root_type(operation.operation)
    if operation.operation is not OperationType.MUTATION or root is None:
        return
    for node in fields_of(operation.selection_set, fragments):
        if found := _judged(node, root.fields.get(node.name.value)):
            yield found


def _judged(node: FieldNode, known: Any) -> JudgedArgument | None:
    judged = None if known is None else metadata_of(known).get("judged")
    if not isinstance(judged, Judged):
        return None
    for argument in node.arguments or ():
        if argument.name.value == judged.argument:
            return JudgedArgument(judged, known.args[judged.argument].type, argument.value)
    return None


def unreadable(type: GraphQLScalarType, kind: str, error: GraphQLError) -> Unreadable:
    """What stands for a value that a scalar refuses: the kind of a value that should be an id."""
    if type.name == "ID":
        return Unreadable(f"got {kind}; {_WHOLE_NUMBER_OR_TEXT}")
    said = error.message.removeprefix(f"{type.name} cannot represent ")
    return Unreadable(f"got {said}"[:_MESSAGE_LENGTH])
