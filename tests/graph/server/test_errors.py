"""Codes: what clients branch on is documented and spelled in one place."""

import ast
import re
from enum import StrEnum
from pathlib import Path

import pytest

from graph.codes import Code
from resolvers.errors import InputErrorCode

ROOT = Path(__file__).parents[3]
WHOLE, SINGLE = (ROOT / "docs" / "errors.md").read_text(encoding="utf-8").split("\n## ")[1:]


@pytest.mark.parametrize(("part", "codes"), [(WHOLE, Code), (SINGLE, InputErrorCode)])
def test_docs_tell_of_every_code_what_it_means(part: str, codes: type[StrEnum]) -> None:
    """A row for each, in the order of the code, with the meaning and whether to try again."""
    rows = re.findall(r"^\| `(\w+)` \| \S.* \| \S.* \|$", part, re.MULTILINE)

    assert rows == list(codes)


def test_codes_are_spelled_in_one_place() -> None:
    """No other module of the API writes one out, so none can differ by a letter."""
    spellings = {*Code, *InputErrorCode}
    spelled = {
        f"{file.relative_to(ROOT)}:{node.lineno} {node.value!r}"
        for file in sorted((ROOT / "graph").rglob("*.py"))
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8")))
        if isinstance(node, ast.Constant) and node.value in spellings
    }

    assert {each for each in spelled if not each.startswith("graph/codes.py:")} == set()
