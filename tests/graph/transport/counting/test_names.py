"""Which names are shown, so that clients who make them up fill no memory and no dashboard."""

import string

from graphql import OperationType

from graph.transport.counting.names import CANDIDATES, LENGTH, MOST, OFTEN, OTHER, ShownNames
from graph.transport.counting.operations import OperationCounts


def test_known_names_are_shown_from_the_first() -> None:
    """They take no place from others."""
    names = ShownNames(f"known{number}" for number in range(1_000))

    assert names.shown("known999") == "known999"
    assert names.shown("unknown") == OTHER


def test_a_name_is_shown_once_it_came_often() -> None:
    """And stays so."""
    names = ShownNames()

    assert [names.shown("Page") for _ in range(OFTEN + 1)] == [OTHER] * (OFTEN - 1) + ["Page"] * 2


def test_no_more_names_are_shown_than_may_be() -> None:
    """Whatever comes after those is one."""
    names = ShownNames(["Known"])
    for number in range(3 * MOST):
        for _ in range(OFTEN):
            names.shown(f"Page{number}")

    shown = {names.shown(f"Page{number}") for number in range(3 * MOST)}

    assert len(shown - {OTHER}) == MOST
    assert OTHER in shown
    assert names.shown("Known") == "Known"


def test_names_that_are_made_up_take_bounded_memory() -> None:
    """A flood of them hides none that comes often."""
    names = ShownNames()
    for number in range(10 * CANDIDATES):
        assert names.shown(f"made_up_{number}") == OTHER
        assert len(names._counts) <= CANDIDATES

    assert [names.shown("Page") for _ in range(OFTEN)][-1] == "Page"


def test_a_long_name_is_cut() -> None:
    """Names that begin alike are one."""
    names = ShownNames([string.ascii_letters * 2])

    assert names.shown(string.ascii_letters * 3) == (string.ascii_letters * 2)[:LENGTH]


def test_queries_and_mutations_of_one_name_are_counted_apart() -> None:
    """Each by its outcomes, with the times of both."""
    counts = OperationCounts(["Page"])

    counts.add(OperationType.QUERY, "Page", None, 0.002)
    counts.add(OperationType.MUTATION, "Page", "TIMEOUT", 10.0)
    counts.add(OperationType.MUTATION, "", None, 0.0)

    found = {(each.kind, each.name): each for each in counts}
    assert found["query", "Page"].outcomes["ok"] == 1
    assert found["mutation", "Page"].outcomes == {
        "ok": 0,
        "INTERNAL": 0,
        "OVERLOADED": 0,
        "TIMEOUT": 1,
    }
    assert found["mutation", "Page"].seconds.total == 10.0
    assert found["mutation", "unnamed"].outcomes["ok"] == 1
