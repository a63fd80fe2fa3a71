"""Steps: how many rows each takes, by how long those before it took."""

from collections.abc import Sequence

import pytest

from resolvers.pacing.steps import STEP_S, Steps

MOST = 250
LONG_S, SHORT_S = 2 * STEP_S, STEP_S / 4


@pytest.mark.parametrize(
    ("took_s", "rows"),
    [
        pytest.param([], [50], id="at first"),
        pytest.param([SHORT_S] * 2, [50, 63, 79], id="more while they are short"),
        pytest.param([STEP_S * 3 / 4], [50, 50], id="as many where it is just right"),
        pytest.param(
            [SHORT_S] * 4 + [LONG_S], [50, 63, 79, 99, 124, 62], id="half as many after a long one"
        ),
        pytest.param([LONG_S] * 2, [50, 50, 50], id="as many as are worth a commit at least"),
    ],
)
def test_a_step_is_sized_by_how_long_the_one_before_took(
    took_s: list[float], rows: list[int]
) -> None:
    """Quickly to fewer, slowly to more."""
    steps = Steps(MOST)

    sized = [steps.rows]
    for each in took_s:
        steps.note(each)
        sized.append(steps.rows)

    assert sized == rows


def test_a_step_never_takes_more_than_is_allowed() -> None:
    """However short they all are, and however few that is."""
    steps, few = Steps(MOST), Steps(3)
    for _ in range(100):
        steps.note(0.0)
        few.note(LONG_S)

    assert steps.rows == MOST
    assert few.rows == 3


async def test_work_is_done_in_parts_as_large_as_steps_are_by_then() -> None:
    """All of it, in order; and what a step comes to is passed on."""
    steps, found = Steps(MOST), list[Sequence[int]]()

    async def step(part: Sequence[int]) -> Sequence[int]:
        return part

    for part in steps.parts(range(200)):
        found.append(await steps.take(step(part)))
        steps.rows = 75

    assert found == [range(50), range(50, 125), range(125, 200)]
