"""What the source tree looks like to the layout test: modules, imports, circles and calls."""

import ast
from collections.abc import Iterable, Iterator, Mapping
from functools import cache
from pathlib import Path

ROOT = Path(__file__).parents[2]
LAYERS = ("models", "resolvers", "graph")
Graph = Mapping[str, set[str]]


def modules(*packages: str) -> dict[str, Path]:
    """The modules of some top-level packages by name; a package is the module of its `__init__`."""
    found = (file for package in packages for file in (ROOT / package).rglob("*.py"))
    files = (file for file in found if ".installed" not in file.parts)
    return {name_of(file): file for file in sorted(files)}


def name_of(file: Path) -> str:
    """The dotted name by which a module is imported."""
    parts = file.relative_to(ROOT).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


@cache
def parsed(file: Path) -> ast.Module:
    """The syntax tree of a file."""
    return ast.parse(file.read_text(encoding="utf-8"))


def imported(file: Path) -> Iterator[tuple[str, str]]:
    """The imports of a file wherever in it, types alone among them: a module and a name or ""."""
    for node in ast.walk(parsed(file)):
        if isinstance(node, ast.Import):
            yield from ((alias.name, "") for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            yield from ((node.module, alias.name) for alias in node.names)


def import_graph(known: Mapping[str, Path]) -> dict[str, set[str]]:
    """Which of some modules each of them imports."""
    graph = {}
    for name, file in known.items():
        found = set()
        for module, item in imported(file):
            inner = f"{module}.{item}"
            found |= {inner if inner in known else module} & known.keys()
        graph[name] = found - {name}
    return graph


def sub_package(name: str, known: Mapping[str, Path]) -> str | None:
    """The package within its layer that a module is in, such as graph.rest; None if in none."""
    outer = ".".join(name.split(".")[:2])
    return outer if known[outer].name == "__init__.py" and "." in outer else None


def circles(graph: Graph) -> list[list[str]]:
    """The modules that import each other, however far around: strongly connected components."""
    reached = {name: _reached(name, graph) for name in graph}
    found = {
        tuple(sorted(each for each in reached[name] if name in reached[each]))
        for name in graph
        if name in reached[name]
    }
    return [list(circle) for circle in sorted(found)]


def _reached(start: str, graph: Graph) -> set[str]:
    seen, waiting = set[str](), list(graph[start])
    while waiting:
        name = waiting.pop()
        if name not in seen:
            seen.add(name)
            waiting += graph[name]
    return seen


def long_calls(files: Iterable[Path], limit: int) -> Iterator[tuple[Path, str, int]]:
    """Calls of our own functions and classes with more positional arguments than a limit.

    A file, what is called and the line. Functions are known by their names, so methods are looked
    at only where they are called on `self` and `cls`. Functions that take any number are left out.
    """
    files = list(files)
    nodes = [node for file in files for node in ast.walk(parsed(file))]
    functions = [n for n in nodes if isinstance(n, (ast.FunctionDef, ast.AsyncFunctionDef))]
    own = {"cls"} | {each.name for each in functions}
    own |= {node.name for node in nodes if isinstance(node, ast.ClassDef)}
    own -= {each.name for each in functions if each.args.vararg}
    for file in files:
        for node in ast.walk(parsed(file)):
            if isinstance(node, ast.Call) and len(node.args) > limit:
                name = _called(node.func)
                if name in own:
                    yield file, name, node.lineno


def _called(function: ast.expr) -> str:
    match function:
        case ast.Name(name):
            return name
        case ast.Attribute(ast.Name("self" | "cls"), name):
            return name
    return ""
