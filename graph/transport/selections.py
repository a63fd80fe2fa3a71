"""What a document selects, its fragments written out."""

from collections.abc import Iterator, Mapping

from graphql import (
    DocumentNode,
    FieldNode,
    FragmentDefinitionNode,
    FragmentSpreadNode,
    InlineFragmentNode,
    OperationDefinitionNode,
    SelectionSetNode,
)

Fragments = Mapping[str, FragmentDefinitionNode]


def fragments_of(document: DocumentNode) -> Fragments:
    """The fragments that a document defines, by name."""
    found = (each for each in document.definitions if isinstance(each, FragmentDefinitionNode))
    return {each.name.value: each for each in found}


def operations_of(document: DocumentNode) -> list[OperationDefinitionNode]:
    """The operations that a document defines, in order."""
    return [each for each in document.definitions if isinstance(each, OperationDefinitionNode)]


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
