"""Releases: every package that they run on is pinned, each of its files by its hash."""

import re
import tomllib
from pathlib import Path

from tests.support.releases.audit import report

ROOT = Path(__file__).parents[1]
HASHED = (ROOT / "constraints-hashed.txt").read_text("utf-8")
PIN = re.compile(r"^([\w.-]+)==(\S+)(?: ; [^\\]+?)? \\$", re.MULTILINE)
#: Packages of other platforms alone, which a developer's machine does not install.
ELSEWHERE = {"colorama"}


def _named(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()


def _pins() -> dict[str, str]:
    return {_named(name): version for name, version in PIN.findall(HASHED)}


def test_a_release_runs_on_the_versions_that_are_tested() -> None:
    """What is pinned by hash is what constraints.txt has."""
    lines = (ROOT / "constraints.txt").read_text("utf-8").split()
    tested = {
        _named(name): version for name, _, version in (line.partition("==") for line in lines)
    }

    assert {name: tested.get(name) for name in _pins() if name not in ELSEWHERE} == {
        name: version for name, version in _pins().items() if name not in ELSEWHERE
    }


def test_what_the_wheel_needs_is_pinned() -> None:
    """Each dependency that pyproject.toml names; `make constraints` writes those that they need."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    needed = {_named(re.split(r"[^\w.-]", each)[0]) for each in project["dependencies"]}

    assert needed - _pins().keys() == set()


def test_each_pin_has_hashes_and_nothing_says_where_from() -> None:
    """SHA-256 alone; where the files come from is for whoever installs them to say."""
    blocks = re.split(r"\n(?=\S)", HASHED.strip())

    assert len(blocks) == len(_pins())
    for block in blocks:
        first, *hashes = block.split("\n")
        assert PIN.match(first + "\n"), first
        assert hashes
        assert all(re.fullmatch(r"    --hash=sha256:[0-9a-f]{64}( \\)?", each) for each in hashes)


def test_compiled_packages_have_a_hash_for_each_platform() -> None:
    """Not only for the machine that wrote them: for systems, processors and versions of Python."""
    blocks = {block.split("==")[0]: block for block in re.split(r"\n(?=\S)", HASHED)}

    for name in ("asyncpg", "httptools", "orjson", "pydantic-core", "uvloop"):
        assert blocks[name].count("--hash=") > 20, name


def test_an_audit_that_looked_nothing_up_says_so() -> None:
    """pip-audit itself would succeed."""
    skipped = {"name": "idna", "skip_reason": "not found"}

    assert report([skipped]) == (
        ["the advisories cannot be had here; nothing was audited"],
        False,
    )
    assert report([skipped, {"name": "anyio", "version": "4", "vulns": []}]) == (
        [
            "of these no advisories can be had here: idna",
            "1 packages, none of them known to be vulnerable",
        ],
        False,
    )


def test_an_audit_names_what_is_vulnerable() -> None:
    """With the advisory, and the versions without it; the command then fails."""
    known = {"id": "PYSEC-2026-1", "fix_versions": ["4.1", "5"]}
    unfixed = {"id": "PYSEC-2026-2", "fix_versions": []}

    assert report([{"name": "anyio", "version": "4", "vulns": [known, unfixed]}]) == (
        ["anyio 4: PYSEC-2026-1, fixed in 4.1, 5", "anyio 4: PYSEC-2026-2, fixed in no version"],
        True,
    )
