"""What a document selects, its fragments expanded."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from graphql import (
    DocumentNode,
    FieldNode,
    FragmentDefinitionNode,
    FragmentSpreadNode,
    GraphQLSchema,
    InlineFragmentNode,
    Node,
    OperationDefinitionNode,
    SelectionSetNode,
    TypeInfo,
    TypeInfoVisitor,
    VariableNode,
    Visitor,
    visit,
)
from strawberry.types import Info

from graph.compiled.fields import fragments_of
from graph.compiled.outputs.infos import LazyInfo

Fragments = Mapping[str, FragmentDefinitionNode]


def operations_of(document: DocumentNode) -> list[OperationDefinitionNode]:
    """The operations that a document defines, in order."""
    return [each for each in document.definitions if isinstance(each, OperationDefinitionNode)]


def selected(info: Info[Any, Any], *path: str) -> frozenset[str]:
    """The names of what is selected of what the field that is resolved gives, by a path there."""
    if not isinstance(info, LazyInfo):
        return _selected(info._raw_info.field_nodes, info._raw_info.fragments, path)
    names: frozenset[str] | None = info.remembered.get(path)
    if names is None:
        nodes, document = info.nodes
        names = info.remembered[path] = _selected(nodes, fragments_of(document), path)
    return names


def _selected(
    nodes: Sequence[FieldNode], fragments: Fragments, path: Sequence[str]
) -> frozenset[str]:
    fields = _within(nodes, fragments)
    for name in path:
        fields = _within([field for field in fields if field.name.value == name], fragments)
    return frozenset(field.name.value for field in fields)


def _within(nodes: Sequence[FieldNode], fragments: Fragments) -> list[FieldNode]:
    return [
        field
        for node in nodes
        if node.selection_set
        for field in fields_of(node.selection_set, fragments)
    ]


def nodes_of(node: Node) -> Iterator[Node]:
    """A node and all within it."""
    waiting = [node]
    while waiting:
        node = waiting.pop()
        yield node
        for key in node.keys:
            value = getattr(node, key, None)
            if isinstance(value, Node):
                waiting.append(value)
            elif isinstance(value, (list, tuple)):
                waiting.extend(each for each in value if isinstance(each, Node))


def variables_within(operation: OperationDefinitionNode, fragments: Fragments) -> frozenset[str]:
    """The variables that what is selected depends on, without those of the root field itself."""
    nodes: list[Node] = [*fragments.values(), *(operation.directives or ())]
    for selection in operation.selection_set.selections:
        if isinstance(selection, FieldNode):
            nodes += selection.directives or ()
            nodes += [selection.selection_set] if selection.selection_set else []
        else:
            nodes.append(selection)
    within = (each for node in nodes for each in nodes_of(node))
    return frozenset(each.name.value for each in within if isinstance(each, VariableNode))


def fields_of_types(schema: GraphQLSchema, document: DocumentNode) -> frozenset[str]:
    """All fields that a document selects, each named `Type.field`."""
    info, found = TypeInfo(schema), set[str]()

    class Naming(Visitor):
        def enter_field(self, node: FieldNode, *_: Any) -> None:
            if parent := info.get_parent_type():
                found.add(f"{parent.name}.{node.name.value}")

    visit(document, TypeInfoVisitor(info, Naming()))
    return frozenset(found)


def fields_of(within: SelectionSetNode, fragments: Fragments) -> Iterator[FieldNode]:
    """The fields that are selected directly, also through fragments, each of which counts once."""
    seen, waiting = set[str](), [within]
    while waiting:
        for selection in waiting.pop().selections:
            if isinstance(selection, FieldNode):
                yield selection
            elif isinstance(selection, InlineFragmentNode):
                waiting.append(selection.selection_set)
            elif isinstance(selection, FragmentSpreadNode):
                name = selection.name.value
                if name in fragments and name not in seen:
                    seen.add(name)
                    waiting.append(fragments[name].selection_set)
