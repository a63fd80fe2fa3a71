"""The pages of documentation: what they point to is there."""

import ast
import importlib
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
PAGES = sorted([*ROOT.glob("*.md"), *ROOT.glob("docs/**/*.md")])
FENCED = re.compile(r"^```.*?^```", re.DOTALL | re.MULTILINE)
LINK = re.compile(r"\]\(([^)\s]+)\)")
NAMED = re.compile(
    r"`((?:graph|resolvers|models|migrations|tests|bench|web|docs|deploy)/[\w/.-]*)`"
)
GLOSSARY_ROW = re.compile(r"^\| (.+) \| (.+) \| (.+) \|$", re.MULTILINE)
STEP = re.compile(r"^(\d)\. `([\w.]+)` \(`([\w/.]+)`\)", re.MULTILINE)
LIMITS = re.findall(
    r"^\| .+ \| ([\d.]+ \S+) \| `([\w/.]+)` ([A-Z_]+) \|$",
    (ROOT / "docs" / "limits.md").read_text("utf-8"),
    re.MULTILINE,
)
SHOWN_BY = re.compile(r"`([\w/]+\.py)::(test_\w+)`")
HEADING = re.compile(r"^#+ (.+)$", re.MULTILINE)


def _name(page: Path) -> str:
    return str(page.relative_to(ROOT))


@pytest.mark.parametrize("page", PAGES, ids=_name)
def test_every_relative_link_leads_somewhere(page: Path) -> None:
    """A link leads to a file of the repository and, where it says so, to a heading in it."""
    links = LINK.findall(FENCED.sub("", page.read_text("utf-8")))

    targets = [link for link in links if not re.match(r"\w+:", link)]

    assert [target for target in targets if not _is_there(page, target)] == []


def test_every_page_of_the_docs_is_linked_from_another() -> None:
    """Whoever reads on from the README or ARCHITECTURE.md finds each page."""
    linked = {
        (page.parent / link.partition("#")[0]).resolve()
        for page in PAGES
        for link in LINK.findall(page.read_text("utf-8"))
    }

    assert [_name(page) for page in PAGES if page not in linked | {ROOT / "README.md"}] == []


@pytest.mark.parametrize("page", [page for page in PAGES if page.name != "CHANGELOG.md"], ids=_name)
def test_every_file_that_a_page_names_is_there(page: Path) -> None:
    """What is in backticks and begins with a folder of the repository is a file or folder."""
    named = NAMED.findall(FENCED.sub("", page.read_text("utf-8")))

    assert [name for name in named if not (ROOT / name).exists()] == []


def test_the_glossary_has_each_word_once_and_says_who_owns_it() -> None:
    """A row is a word, a sentence, and the file where the word is at home."""
    rows = GLOSSARY_ROW.findall((ROOT / "docs" / "glossary.md").read_text("utf-8"))
    owners = {word: file for word, _, file in rows if file != "owner"}

    assert len(owners) > 50
    assert len(owners) == sum(file != "owner" for _, _, file in rows)
    assert [word for word, file in owners.items() if not NAMED.fullmatch(file)] == []


@pytest.mark.parametrize(("told", "file", "constant"), LIMITS)
def test_docs_tell_each_fixed_limit_as_it_is(told: str, file: str, constant: str) -> None:
    """docs/limits.md gives the value that the constant has in the code."""
    number, unit = told.split()
    module = importlib.import_module(file.removesuffix(".py").replace("/", "."))

    assert float(number) * (1024 if unit == "KiB" else 1) == getattr(module, constant)


def test_each_threat_is_shown_by_a_test_that_there_is() -> None:
    """Each row of SECURITY.md's tables names tests, by their files under tests/ and their names."""
    text = (ROOT / "SECURITY.md").read_text("utf-8")
    rows = [line for line in text.splitlines() if re.match(r"\| (?!threat|---)", line)]
    named = SHOWN_BY.findall(text)

    assert len(rows) > 30
    assert [row for row in rows if not SHOWN_BY.search(row.rpartition(" | ")[2])] == []
    assert [
        f"{file}::{name}"
        for file, name in named
        if not (ROOT / "tests" / file).exists() or name not in _functions(ROOT / "tests" / file)
    ] == []


def test_the_rooms_are_those_that_there_are() -> None:
    """ARCHITECTURE.md has a row for each package of the three layers."""
    told = re.findall(r"^\| `(\w+/\w+)/` \|", (ROOT / "ARCHITECTURE.md").read_text("utf-8"), re.M)

    packages = [
        str(file.parent.relative_to(ROOT))
        for layer in ("graph", "resolvers", "models")
        for file in (ROOT / layer).glob("*/__init__.py")
    ]

    assert sorted(told) == sorted(packages)


def test_the_walks_name_at_most_seven_functions_each_and_all_are_there() -> None:
    """ARCHITECTURE.md follows a recording to its row and a read to its SQL."""
    steps = STEP.findall((ROOT / "ARCHITECTURE.md").read_text("utf-8"))

    assert [int(number) for number, _, _ in steps] == [*range(1, 8), *range(1, 8)]
    assert [name for _, name, file in steps if name not in _functions(ROOT / file)] == []


@pytest.mark.parametrize("page", PAGES, ids=_name)
def test_no_page_holds_the_markers_of_a_merge(page: Path) -> None:
    """What two branches said of a thing was settled."""
    assert re.findall(r"<{7}|>{7}|={7}", page.read_text("utf-8")) == []


def test_the_readme_is_short() -> None:
    """Under 1 200 words: what it is, two commands, a tour, where to go next."""
    assert len((ROOT / "README.md").read_text("utf-8").split()) < 1200


def _functions(file: Path) -> set[str]:
    """The functions of a module, and the methods of its classes as `Class.method`."""
    tree = ast.parse(file.read_text("utf-8")).body
    classes = [each for each in tree if isinstance(each, ast.ClassDef)]
    functions = (ast.FunctionDef, ast.AsyncFunctionDef)
    methods = {
        f"{each.name}.{method.name}"
        for each in classes
        for method in each.body
        if isinstance(method, functions)
    }
    return methods | {each.name for each in tree if isinstance(each, functions)}


def _is_there(page: Path, target: str) -> bool:
    name, _, heading = target.partition("#")
    file = page.parent / name if name else page
    if not file.exists():
        return False
    return not heading or heading in map(_anchor, HEADING.findall(file.read_text("utf-8")))


def _anchor(heading: str) -> str:
    """A heading as links name it."""
    return re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-")
