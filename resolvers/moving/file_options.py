"""What an operator says about a file that is imported, beyond what the file says itself."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import tzinfo

from resolvers.moving.legacy_names import ActionRequest

NULLS = frozenset(("NULL", r"\N", "nan", "NaN"))
"""What psql, MySQL and pandas write in place of an absent value."""


@dataclass(frozen=True)
class FileOptions:
    """How names, instants, absent values and columns of a file are to be read.

    `names` are further names of actions. `zone` is that of instants without an offset. `nulls` are
    the texts that stand for absent values; where none are said, dumps have the usual ones, and in
    other files those are refused as ids. `columns` are our names by those of the file: what they
    do not name, and is no name of ours, is passed over then.
    """

    names: Mapping[str, ActionRequest] = field(default_factory=dict)
    zone: tzinfo | None = None
    nulls: frozenset[str] | None = None
    columns: Mapping[str, str] = field(default_factory=dict)

    def is_absent(self, text: str) -> bool:
        """Whether a cell says nothing."""
        return text == "" or (self.nulls is not None and text in self.nulls)

    def renamed(self, header: list[str]) -> list[str]:
        """A header in our names; a column of our name gives way to one that is said to be it."""
        taken = {self.columns[name] for name in header if name in self.columns}
        return [
            self.columns.get(name) or (f"the file's {name}" if name in taken else name)
            for name in header
        ]


AS_IT_IS = FileOptions()
"""A file of which nothing is said."""
