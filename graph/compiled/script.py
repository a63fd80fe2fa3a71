"""The source of a plan while it is written, and the values of the names in it."""

import builtins
import keyword
import re
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

_INDENT = "    "
#: Names that generated code uses for its own.
RESERVED = (
    *dir(builtins),
    *(
        "at",
        "begun",
        "column",
        "data",
        "each",
        "error",
        "found",
        "given",
        "index",
        "inner",
        "is_tried",
        "items",
        "key",
        "late",
    ),
    *("leaves", "rest", "run", "select", "shown", "source", "steps", "types", "value", "values"),
    *("variables", "waiting"),
)


class Lines:
    """The lines of a function."""

    def __init__(self) -> None:
        self.lines = list[str]()
        self._depth = 0

    def add(self, *lines: str) -> None:
        """Add lines, indented as deep as the block that is being written."""
        self.lines += [_INDENT * self._depth + line for line in lines]

    @contextmanager
    def block(self, head: str) -> Iterator[None]:
        """Indent what is added within below a line such as `try:`."""
        self.add(head)
        self._depth += 1
        count = len(self.lines)
        yield
        if len(self.lines) == count:
            self.add("pass")
        self._depth -= 1


class Script:
    """A module of generated functions."""

    def __init__(self, **names: Any) -> None:
        self.names = dict[str, Any](names)
        #: Tables of names, by their own name.
        self.tables = dict[str, dict[str, str]]()
        self._known = dict[tuple[str, int], str]()
        self._functions = list[str]()

    def name(self, name_hint: str, value: Any) -> str:
        """A name for a value, like the hint where that is free; the same for the same value."""
        key = (name_hint, id(value))
        if key not in self._known:
            self._known[key] = self.new_name(name_hint)
            self.names[self._known[key]] = value
        return self._known[key]

    def new_name(self, name_hint: str) -> str:
        """A name that nothing else has."""
        name_hint = re.sub(r"\W", "_", name_hint) or "_"
        name, count = name_hint, 1
        while name in self.names or keyword.iskeyword(name):
            count += 1
            name = f"{name_hint}_{count}"
        self.names[name] = None
        return name

    def add(self, lines: Lines) -> None:
        """Add a function."""
        self._functions.append("\n".join(lines.lines))

    @property
    def source(self) -> str:
        """All of it, for a person to read."""
        return "\n\n\n".join([*self._functions, *self._tables()]) + "\n"

    def functions(self) -> dict[str, Any]:
        """The functions of the script, compiled."""
        found = {name: value for name, value in self.names.items() if name not in RESERVED}
        # One by one, as nothing else runs in the process while Python compiles.
        for part in [*self._functions, *self._tables()]:
            exec(compile(part, "<plan>", "exec"), found)  # noqa: S102 (no code but our own)
        return found

    def _tables(self) -> list[str]:
        return [
            "\n".join([f"{name} = {{", *(f"    {key}: {row}," for key, row in rows.items()), "}"])
            for name, rows in self.tables.items()
        ]
