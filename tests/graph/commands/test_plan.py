"""`trailmark plan`: a person reads what the server makes of an operation."""

import subprocess
import sys
from pathlib import Path

import pytest

pytestmark = pytest.mark.slow  # each test starts the command once or more often

PROGRAM = Path(sys.executable).with_name("trailmark")


def _plan(text: str, *arguments: str) -> tuple[int, str, str]:
    done = subprocess.run(
        [PROGRAM, "plan", "-", *arguments], input=text, capture_output=True, text=True, check=False
    )
    return done.returncode, done.stdout, done.stderr


def test_it_prints_the_function_of_an_operation() -> None:
    """The code that runs, with the guard that a field has."""
    code, shown, _ = _plan(
        "query A { viewer { alias } } query B { __typename }", "--operation", "A"
    )

    assert code == 0
    assert "check_viewer(run.context)" in shown
    assert (
        "value = resolve_viewer(source, info=LazyInfo(run, at_viewer, field_viewer, at))" in shown
    )


def test_variables_decide_what_is_skipped() -> None:
    """The plan for those that are given."""
    text = "query ($no: Boolean!) { viewer { id alias @skip(if: $no) } }"

    _, shown, _ = _plan(text, "--variables", '{"no": true}')

    assert '"""User { id }"""' in shown


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("{ __schema { types { name } } }", "graphql-core executes it: it asks for the schema\n"),
        (
            "query ($no: Boolean!) { viewer @skip(if: $no) { id } }",
            "graphql-core executes it: a variable in @skip or @include is neither true nor false\n",
        ),
        ("{ nothing", "Syntax Error: Expected Name, found <EOF>."),
        ("{ nothing }", "Cannot query field 'nothing' on type 'Query'."),
        (
            "query A { __typename } query B { __typename }",
            "the document must hold exactly one operation, or --operation must name one\n",
        ),
    ],
)
def test_it_says_why_there_is_no_plan(text: str, why: str) -> None:
    """With exit code 2, as for every mistake on the command line."""
    code, shown, printed = _plan(text)

    assert (code, shown) == (2, "")
    assert printed.startswith(why)


@pytest.mark.parametrize(
    ("variables", "printed"),
    [
        ("{x", "--variables is no JSON: "),
        ("[1]", "--variables is '[1]'; allowed is a JSON object\n"),
        ("null", "--variables is 'null'; allowed is a JSON object\n"),
    ],
)
def test_variables_that_are_none_are_refused(variables: str, printed: str) -> None:
    """In one line, whatever the document is."""
    code, shown, said = _plan("{ viewer { id } }", "--variables", variables)

    assert (code, shown, said.count("\n")) == (2, "", 1)
    assert said.startswith(printed)


def test_a_document_that_cannot_be_read_is_named(tmp_path: Path) -> None:
    """With the reason: it is not there, a folder, or no text."""
    (tmp_path / "binary").write_bytes(b"\xff")

    assert _plan_of(tmp_path / "none") == (2, f"{tmp_path}/none: No such file or directory\n")
    assert _plan_of(tmp_path) == (2, f"{tmp_path}: Is a directory\n")
    assert _plan_of(tmp_path / "binary") == (2, f"{tmp_path}/binary is not UTF-8\n")


def _plan_of(file: Path) -> tuple[int, str]:
    command = [str(PROGRAM), "plan", str(file)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    return done.returncode, done.stderr
