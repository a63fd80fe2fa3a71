"""Marks: what of a user's holds or happened on a post, and which of it makes the post positive.

Views count as well: on held-out ratings, pairs by favorites alone find a fifth less.
"""

from models.vocabulary import ACTIONS, ActionType

_A = ActionType
LIKING = (
    _A.FAVORITE,
    _A.REBLOG,
    _A.BOOKMARK,
    _A.MORE_LIKE_THIS,
    _A.VIBE,
    _A.REPOST,
    _A.SAVE,
    _A.COMMENT,
    _A.REPLY,
    _A.SHARE,
)
"""What says that a user likes a post."""

SEEING = (_A.VIEW, _A.CLICK, _A.MEDIA_EXPAND, _A.EXPLORE_CLICK)
"""What says that a user was drawn to a post."""

POSITIVE_CODES = tuple(sorted(ACTIONS[each].code for each in (*LIKING, *SEEING)))
LIKING_CODES = frozenset(ACTIONS[each].code for each in LIKING)
LIKING_MARKS = sum(1 << code for code in LIKING_CODES)
EVENT_MARKS = sum(
    1 << ACTIONS[each].code for each in (*LIKING, *SEEING) if not ACTIONS[each].is_state
)
