"""The layout: which package may know which, how large its parts are, and that each says what it is.

ARCHITECTURE.md tells what the packages are for.
"""

import ast
import re
from collections import Counter

import pytest

from tests.support.layout import (
    LAYERS,
    ROOT,
    circles,
    import_graph,
    imported,
    long_calls,
    modules,
    parsed,
    sub_package,
)

SOURCES = modules(*LAYERS)
TESTS = modules("tests", "bench")
FOREIGN = {
    "models": {"resolvers", "graph", "strawberry", "starlette", "pydantic"},
    "resolvers": {"graph", "starlette", "tortoise", "strawberry", "pydantic"},
    "graph": {"tortoise"},
}
#: strawberry's DataLoader needs no GraphQL, and reads what resolvers know how to read.
EXCEPTIONS = {"resolvers.history.loader": {"strawberry"}}
#: The packages that each may import, beside the modules that lie directly in a layer.
MAY_IMPORT = {
    "graph.access": "graph.compiled graph.transport",
    "graph.commands": "graph.access graph.compiled graph.config graph.schema "
    "graph.server models.database models.following models.ledger models.reading models.replicas "
    "resolvers.audit resolvers.following resolvers.moving resolvers.privacy resolvers.recording "
    "resolvers.signals",
    "graph.compiled": "",
    "graph.config": "graph.access graph.transport "
    "models.database resolvers.recording resolvers.scoring",
    "graph.metrics": "graph.access graph.transport models.database models.reading models.replicas",
    "graph.pages": "",
    "graph.rest": "graph.access graph.pages graph.transport models.reading "
    "resolvers.audit resolvers.history resolvers.moving resolvers.privacy resolvers.recording "
    "resolvers.scoring resolvers.signals",
    "graph.schema": "graph.compiled graph.transport models.ledger models.reading "
    "resolvers.audit resolvers.feed resolvers.history resolvers.privacy resolvers.recording "
    "resolvers.scoring resolvers.signals",
    "graph.server": "graph.access graph.config graph.metrics graph.pages graph.rest "
    "graph.schema graph.transport models.database models.ledger models.replicas "
    "resolvers.feed resolvers.following resolvers.history resolvers.privacy resolvers.recording "
    "resolvers.scoring resolvers.signals",
    "graph.transport": "graph.compiled",
    "models.database": "",
    "models.following": "models.database models.ranks models.reading models.sqlite",
    "models.ledger": "models.database models.ranks models.sqlite",
    "models.ranks": "",
    "models.reading": "models.database models.ranks models.replicas",
    "models.replicas": "models.database",
    "models.sqlite": "models.database",
    "resolvers.audit": "models.database models.ledger models.reading "
    "resolvers.following resolvers.pacing resolvers.recording resolvers.scoring resolvers.signals",
    "resolvers.feed": "models.database models.reading resolvers.recording",
    "resolvers.following": "models.database models.following models.ranks models.reading",
    "resolvers.history": "models.reading resolvers.recording resolvers.scoring",
    "resolvers.moving": "models.reading resolvers.privacy resolvers.recording",
    "resolvers.pacing": "",
    "resolvers.privacy": "models.database models.following models.ledger models.reading "
    "resolvers.following resolvers.pacing resolvers.recording resolvers.scoring resolvers.signals",
    "resolvers.recording": "models.ledger models.reading resolvers.scoring",
    "resolvers.scoring": "models.ranks models.reading",
    "resolvers.signals": "models.database models.following models.ranks models.reading "
    "resolvers.recording resolvers.scoring",
}
#: GraphQL types lead to each other: a user to posts, a post to interactions, those to users.
TYPES = "graph.schema.types."
LINES = 300
FILES = 14
ARGUMENTS = 4


@pytest.mark.parametrize("layer", FOREIGN)
def test_a_layer_imports_no_layer_above_it_and_no_framework_of_another(layer: str) -> None:
    """The models know no GraphQL, the resolvers neither side's framework, the graph no ORM."""
    files = {name: file for name, file in SOURCES.items() if name.split(".")[0] == layer}

    imports = {
        name: {module.split(".")[0] for module, _ in imported(file)} & FOREIGN[layer]
        for name, file in files.items()
    }

    assert files
    allowed = {name: found for name, found in EXCEPTIONS.items() if name in files}
    assert {name: found for name, found in imports.items() if found} == allowed


def test_a_package_imports_only_those_it_may_know() -> None:
    """The table has a line for each package, and allows nothing that is not so."""
    allowed = {
        f"{package} imports {other}"
        for package, others in MAY_IMPORT.items()
        for other in others.split()
    }

    found = {
        f"{package} imports {other}"
        for name, targets in import_graph(SOURCES).items()
        for package in [sub_package(name, SOURCES)]
        for other in {sub_package(target, SOURCES) for target in targets} - {package}
        if package and other
    }

    assert found - allowed == set()
    assert allowed - found == set()
    assert {sub_package(name, SOURCES) for name in SOURCES} - {None} == MAY_IMPORT.keys()


def test_no_packages_import_each_other() -> None:
    """The table has no circle."""
    table = {package: set(others.split()) for package, others in MAY_IMPORT.items()}

    assert circles(table) == []


def test_no_modules_import_each_other_but_graphql_types() -> None:
    """Nor for the sake of annotations alone."""
    found = circles(import_graph(SOURCES))

    assert [circle for circle in found if not all(name.startswith(TYPES) for name in circle)] == []


def test_no_test_module_imports_another() -> None:
    """What tests share is in tests/support."""
    imports = {
        name: {f"{module}.{item}" for module, item in imported(file)}
        for name, file in TESTS.items()
    }

    found = {
        f"{name} imports {other}"
        for name, others in imports.items()
        for other in others
        if other.startswith("tests.") and not other.startswith("tests.support.")
    }

    assert found == set()


def test_every_module_says_what_it_is_and_is_short() -> None:
    """Each module has a docstring and at most 300 lines."""
    silent = [name for name, file in SOURCES.items() if not ast.get_docstring(parsed(file))]
    lines = {name: len(file.read_text().splitlines()) for name, file in SOURCES.items()}

    assert silent == []
    assert {name for name, count in lines.items() if count > LINES} == set()


def test_every_package_says_in_a_sentence_what_it_owns() -> None:
    """Its `__init__` has a docstring of one sentence, and nothing else."""
    packages = {name: file for name, file in SOURCES.items() if file.name == "__init__.py"}

    wordy = [
        name
        for name, file in packages.items()
        if len(parsed(file).body) != 1
        or not re.fullmatch(r"[A-Z][^.]*\.", ast.get_docstring(parsed(file)) or "")
    ]

    assert wordy == []


def test_no_folder_is_crowded() -> None:
    """At most 14 modules lie directly in a folder."""
    files = [file for file in (SOURCES | TESTS).values() if file.name != "__init__.py"]

    counts = Counter(str(file.parent.relative_to(ROOT)) for file in files)

    assert {folder for folder, count in counts.items() if count > FILES} == set()


def test_calls_name_what_comes_after_the_fourth_argument() -> None:
    """More values in a row than four are told apart by names."""
    found = {
        (str(file.relative_to(ROOT)), name, line)
        for file, name, line in long_calls(SOURCES.values(), ARGUMENTS)
    }

    assert found == set()


def test_circles_are_found_however_far_around() -> None:
    """Of modules that lead to each other, each is in one circle."""
    graph = {"a": {"b"}, "b": {"c"}, "c": {"a", "d"}, "d": {"e"}, "e": {"d"}, "f": {"a"}}

    assert circles(graph) == [["a", "b", "c"], ["d", "e"]]
