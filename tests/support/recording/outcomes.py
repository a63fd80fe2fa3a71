"""Outcomes beside the plain model: what comes with what, and what it is to be counted under."""

from collections import Counter

from models.vocabulary import ActionType
from resolvers.recording.contexts import NO_CONTEXT, RecordContext
from resolvers.signals.outcomes import FIRST_DAY, LAST_DAY, Days, OutcomeGroup, outcomes
from tests.support.recording.plain_model import Model

CONTEXTS = {
    (ActionType.FAVORITE, "p"): RecordContext(source="home", recommendation_id="trailmark:1"),
    (ActionType.FAVORITE, "q"): RecordContext(source="search"),
    (ActionType.CLICK, "q"): RecordContext(recommended=True, recommendation_id=":1"),
}
"""The context with which an action is done to a target; of all others there is none."""

LED_TO = {action for action, _ in CONTEXTS}
_EVER = Days(FIRST_DAY, LAST_DAY + 1)
Counted = Counter[tuple[str, bool, ActionType]]


async def compare_outcomes(model: Model) -> None:
    """By source and by variant they are the model's.

    A state that was pruned from history and then undone was taken out of what came with nothing.
    """
    for by in (OutcomeGroup.SOURCE, OutcomeGroup.VARIANT):
        found: Counted = Counter()
        for each in await outcomes(_EVER, by):
            for action, count in each.counts.items():
                found[each.group, each.recommended, action] += count
        expected: Counted = Counter()
        for _, action, target, _ in model.counted():
            expected[_group(action, target, by)] += action in LED_TO
        for (action, target), number in model.stranded.items():
            if action in LED_TO:
                expected[_group(action, target, by)] += number
                expected["", False, action] -= number
        assert +found == +expected


def _group(action: ActionType, target: str, by: OutcomeGroup) -> tuple[str, bool, ActionType]:
    context = CONTEXTS.get((action, target), NO_CONTEXT)
    recommended = context.recommended or context.recommendation_id is not None
    if by is OutcomeGroup.SOURCE:
        return context.source or "", recommended, action
    return (context.recommendation_id or "").partition(":")[0], recommended, action
