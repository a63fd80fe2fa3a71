"""Random calls in tests: few users, targets and instants, held against the plain model."""

from hypothesis import strategies as st

from models.vocabulary import ActionType
from tests.support.recording.plain_model import Input

USERS = ("ann", "bob")


POST_ACTIONS = (
    ActionType.MORE_LIKE_THIS,
    ActionType.LESS_LIKE_THIS,
    ActionType.FAVORITE,
    ActionType.REPORT,
    ActionType.CLICK,
)


# Few users, targets and instants, so that ties, repeats and opposites are common; far instants,
# so that a score must not lose what is small beside what is large.
SECONDS_AGO = (0, 1, 2, 3, 60, 86_400, 40 * 86_400, 89 * 86_400)


SOURCES = st.none() | st.sampled_from(("home", "search"))
HASHTAGS = st.sampled_from(((), ("ants",), ("ants", "bees")))
INPUTS = st.builds(
    Input,
    user=st.sampled_from(USERS),
    action=st.sampled_from(POST_ACTIONS),
    target=st.sampled_from(("p", "q")),
    undo=st.booleans(),
    at=st.none() | st.sampled_from(SECONDS_AGO),
    event_id=st.none() | st.none() | st.sampled_from(("e1", "e2", "e3")),
    source=SOURCES,
    hashtags=HASHTAGS,
)


CALLS = st.lists(st.lists(INPUTS, min_size=1, max_size=6), min_size=1, max_size=12)
