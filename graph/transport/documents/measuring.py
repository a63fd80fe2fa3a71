"""Measuring documents: their sizes and depths, held against the limits before anything else."""

from collections.abc import Iterable
from dataclasses import dataclass

from graphql import (
    DirectiveNode,
    DocumentNode,
    FieldNode,
    FragmentSpreadNode,
    GraphQLError,
    InlineFragmentNode,
    SelectionNode,
)

from graph.codes import Code
from graph.compiled.fields import fragments_of
from graph.transport.documents.limits import Limits
from graph.transport.documents.selections import Fragments, nodes_of, operations_of


@dataclass(slots=True)
class _Extent:
    """The depth and size of selections with their fragments expanded."""

    depth: int = 0
    aliases: int = 0
    own: int = 0
    widest: int = 0
    fields: int = 0


def over_limits(document: DocumentNode, limits: Limits) -> list[GraphQLError]:
    """The limits that a document exceeds; takes time linear in the document's length."""
    operations = operations_of(document)
    measuring = _Measuring(fragments_of(document))
    extents = [measuring.extent(each.selection_set.selections) for each in operations]
    found = {
        "operations": (len(operations), limits.operations),
        "directives": (_directives(document), limits.directives),
        "levels of fields": (_most(each.depth for each in extents), limits.depth),
        "aliases": (_most(each.aliases for each in extents), limits.aliases),
        "fields in one selection": (
            _most(each.widest for each in extents),
            limits.selection_fields,
        ),
        "fields": (_most(each.fields for each in extents), limits.fields),
    }
    return [
        too_complex(f"the document has {count} {what}; allowed are {limit}")
        for what, (count, limit) in found.items()
        if count > limit
    ]


def too_complex(message: str) -> GraphQLError:
    """The error of what is beyond a limit."""
    return GraphQLError(message, extensions={"code": Code.TOO_COMPLEX})


class _Measuring:
    """The extents of a document's selections; those of a fragment are found once."""

    def __init__(self, fragments: Fragments) -> None:
        self._fragments = fragments
        self._found = dict[str, _Extent]()

    def extent(self, selections: Iterable[SelectionNode]) -> _Extent:
        extent = _Extent()
        for selection in selections:
            inner = self._within(selection)
            if isinstance(selection, FieldNode):
                extent.depth = max(extent.depth, inner.depth + 1)
                extent.aliases += selection.alias is not None
                extent.own += 1
                extent.fields += 1
            else:
                extent.depth = max(extent.depth, inner.depth)
                extent.own += inner.own
            extent.aliases += inner.aliases
            extent.fields += inner.fields
            extent.widest = max(extent.widest, inner.widest)
        extent.widest = max(extent.widest, extent.own)
        return extent

    def _within(self, selection: SelectionNode) -> _Extent:
        if isinstance(selection, FragmentSpreadNode):
            return self._fragment(selection.name.value)
        if isinstance(selection, (FieldNode, InlineFragmentNode)) and selection.selection_set:
            return self.extent(selection.selection_set.selections)
        return _Extent()

    def _fragment(self, name: str) -> _Extent:
        if name not in self._found:
            self._found[name] = _Extent()  # for a fragment within itself, which validation refuses
            if fragment := self._fragments.get(name):
                self._found[name] = self.extent(fragment.selection_set.selections)
        return self._found[name]


def _most(counts: Iterable[int]) -> int:
    return max(counts, default=0)


def _directives(document: DocumentNode) -> int:
    return sum(isinstance(node, DirectiveNode) for node in nodes_of(document))
