"""Generated operations rewritten: made sensible, or with their values in variables."""

from collections.abc import Sequence
from typing import Any, TypeVar

from graphql import (
    ArgumentNode,
    DocumentNode,
    FieldNode,
    GraphQLSchema,
    NameNode,
    NullValueNode,
    ObjectFieldNode,
    ObjectValueNode,
    StringValueNode,
    TypeInfo,
    TypeInfoVisitor,
    VariableNode,
    Visitor,
    print_ast,
    value_from_ast_untyped,
    visit,
)

Given = TypeVar("Given", ArgumentNode, ObjectFieldNode)

#: Of which the server takes one alone: the second is dropped where the first is given.
RIVALS = {
    "first": "last",
    "after": "before",
    "id": "alias",
    "userId": "userAlias",
    "postId": "target",
}
#: What an input of recording needs, where the rival is not given either.
NEEDED = {"userId": "ann", "postId": "p1"}


def made_sensible(document: DocumentNode) -> DocumentNode:
    """The document without nulls and rivals among its arguments, and with what they lack."""
    sensible: DocumentNode = visit(document, _Mending())
    return sensible


def in_variables(document: DocumentNode, schema: GraphQLSchema) -> tuple[str, dict[str, Any]]:
    """The same operation with the values of its arguments in variables, and those."""
    types = TypeInfo(schema)
    lifting = _Lifting(types)
    kind, braced, rest = print_ast(visit(document, TypeInfoVisitor(types, lifting))).partition("{")
    declared = f"({', '.join(lifting.declared)})" if lifting.declared else ""
    return f"{kind or 'query '}{declared}{braced}{rest}", lifting.values


class _Mending(Visitor):
    def leave_field(self, node: FieldNode, *_: Any) -> FieldNode:
        arguments = _chosen(node.arguments or ())
        return FieldNode(name=node.name, arguments=arguments, selection_set=node.selection_set)

    def leave_object_value(self, node: ObjectValueNode, *_: Any) -> ObjectValueNode:
        fields = _chosen(node.fields)
        names = {each.name.value for each in fields}
        if "action" in names:
            fields += tuple(
                ObjectFieldNode(name=NameNode(value=name), value=StringValueNode(value=value))
                for name, value in NEEDED.items()
                if not names & {name, RIVALS[name]}
            )
        return ObjectValueNode(fields=fields)


def _chosen(given: Sequence[Given]) -> tuple[Given, ...]:
    present = [each for each in given if not isinstance(each.value, NullValueNode)]
    dropped = {RIVALS.get(each.name.value) for each in present}
    return tuple(each for each in present if each.name.value not in dropped)


class _Lifting(Visitor):
    """Takes the values out of the arguments that the schema knows."""

    def __init__(self, types: TypeInfo) -> None:
        super().__init__()
        self._types = types
        self.declared: list[str] = []
        self.values: dict[str, Any] = {}

    def enter_argument(self, node: ArgumentNode, *_: Any) -> ArgumentNode | None:
        argument = self._types.get_argument()
        if argument is None:
            return None
        name = f"v{len(self.values)}"
        self.declared.append(f"${name}: {argument.type}")
        self.values[name] = value_from_ast_untyped(node.value)
        return ArgumentNode(name=node.name, value=VariableNode(name=NameNode(value=name)))
