"""Outcomes beside the plain model: what comes with what, and what it is to be counted under."""

from collections import Counter

from models.vocabulary import ActionType
from resolvers.recording.contexts import NO_CONTEXT, RecordContext
from resolvers.signals.outcomes import FIRST_DAY, LAST_DAY, Days, OutcomeGroup, outcomes
from tests.support.recording.plain_model import Model

RECOMMENDED = {
    (ActionType.FAVORITE, "p"): RecordContext(recommendation_id="trailmark:1"),
    (ActionType.CLICK, "q"): RecordContext(recommended=True, recommendation_id=":1"),
}
"""The context that says which actions on which targets were recommended; all others were not."""

LED_TO = {ActionType.FAVORITE, ActionType.CLICK}
_EVER = Days(FIRST_DAY, LAST_DAY + 1)
Counted = Counter[tuple[str, bool, ActionType]]


async def compare_outcomes(model: Model) -> None:
    """By variant they are the model's.

    A state that was pruned from history and then undone was taken out of what came with nothing.
    """
    found: Counted = Counter()
    for each in await outcomes(_EVER, OutcomeGroup.VARIANT):
        for action, count in each.counts.items():
            found[each.group, each.recommended, action] += count
    expected: Counted = Counter()
    for _, action, target, _ in model.counted():
        expected[_group(action, target)] += action in LED_TO
    for (action, target), number in model.stranded.items():
        if action in LED_TO:
            expected[_group(action, target)] += number
            expected["", False, action] -= number
    assert +found == +expected


def _group(action: ActionType, target: str) -> tuple[str, bool, ActionType]:
    context = RECOMMENDED.get((action, target), NO_CONTEXT)
    recommended = context.recommended or context.recommendation_id is not None
    return (context.recommendation_id or "").partition(":")[0], recommended, action
