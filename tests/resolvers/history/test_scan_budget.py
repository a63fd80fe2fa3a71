"""How many rows the pages of one operation may look at."""

from resolvers.history.scan_budget import ScanBudget


def test_few_pages_look_at_ten_thousand_rows_each() -> None:
    """As many as twelve are what an operation may look at in all."""
    budget = ScanBudget()

    assert [budget.bound(2), budget.bound(10)] == [10_000, 10_000]
    assert budget.left == 0


def test_many_pages_share_what_is_left() -> None:
    """In steps of ten, so that pages alike are read together; each may look at a hundred rows."""
    budget = ScanBudget()

    assert [budget.bound(45), budget.bound(7), budget.bound(8), budget.bound(100)] == [
        1_000,
        10_000,
        100,
        100,
    ]
    assert budget.left == 0


def test_a_low_bound_holds_for_all() -> None:
    """It is the least as well."""
    budget = ScanBudget(most=7)

    assert [budget.bound(1), budget.bound(1_000_000)] == [7, 7]
