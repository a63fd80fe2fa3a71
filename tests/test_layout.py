"""The layout: which package may know which, and that every module says what it is."""

import ast
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
SOURCES = sorted(
    file for package in ("models", "resolvers", "graph") for file in (ROOT / package).rglob("*.py")
)
FORBIDDEN = {
    "models": {"resolvers", "graph", "strawberry", "starlette", "pydantic"},
    "resolvers": {"graph", "starlette", "tortoise", "strawberry", "pydantic"},
    "graph": {"tortoise"},
}
LINES = 300


def _imported(file: Path) -> set[str]:
    """The top-level packages that a module imports, wherever in it."""
    names: set[str] = set()
    for node in ast.walk(ast.parse(file.read_text())):
        if isinstance(node, ast.Import):
            names.update(alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and not node.level:
            names.add(node.module or "")
    return {name.partition(".")[0] for name in names}


@pytest.mark.parametrize("package", FORBIDDEN)
def test_a_layer_imports_no_layer_above_it_and_no_framework_of_another(package: str) -> None:
    """The models know no GraphQL, the resolvers neither side's framework, the graph no ORM."""
    files = [file for file in SOURCES if file.relative_to(ROOT).parts[0] == package]

    imports = {str(file.relative_to(ROOT)): _imported(file) & FORBIDDEN[package] for file in files}

    assert files
    assert {name: found for name, found in imports.items() if found} == {}


def test_every_module_says_what_it_is_and_is_short() -> None:
    """Each module has a docstring and at most 300 lines."""
    texts = {str(file.relative_to(ROOT)): file.read_text() for file in SOURCES}

    assert [name for name, text in texts.items() if not ast.get_docstring(ast.parse(text))] == []
    assert [name for name, text in texts.items() if len(text.splitlines()) > LINES] == []
