"""What a post looks like to the user who sees it."""

from collections.abc import Sequence

from models.reading.active_states import active_states
from models.vocabulary import ACTIONS, ActionType, TargetKind
from resolvers.recording.submissions import state_key

POST_STATES = [
    action
    for action in ACTIONS.values()
    if action.is_state and action.target_kind is TargetKind.POST
]


async def states_of(pairs: Sequence[tuple[str, str]]) -> dict[tuple[str, str], list[ActionType]]:
    """The states that each user, by alias, holds on each post, in the vocabulary's order."""
    keys = {
        state_key(alias, action, post_id): ((alias, post_id), action.type)
        for alias, post_id in pairs
        for action in POST_STATES
    }
    found: dict[tuple[str, str], list[ActionType]] = {pair: [] for pair, _ in keys.values()}
    held = await active_states(list(keys))
    for key, (pair, action_type) in keys.items():
        if key in held:
            found[pair].append(action_type)
    return found
