"""What trends: the posts with the highest scores, page by page."""

import base64
import binascii
import math
import struct

from models.reading.rankings import RANKED, RankPlace
from models.reading.signals.post_filters import ALL_POSTS, PostFilter
from models.records import Micros
from models.vocabulary import ID_LENGTH, SubjectKind
from resolvers.errors import BadUserInput, shown
from resolvers.scoring import ranked
from resolvers.scoring.engagement import Scored, checked_size, has_ahead, in_order
from resolvers.scoring.weights import Scoring
from resolvers.signals.reasons import ScoredPost, popular
from resolvers.targets import BadId, check_text

_KEY = struct.Struct(">d")


async def trending(
    first: int | None,
    scoring: Scoring,
    now: Micros,
    *,
    after: str | None = None,
    filter: PostFilter = ALL_POSTS,
) -> list[ScoredPost]:
    """The posts with the highest scores above zero, ties by id, behind a cursor.

    Those that are deleted are left out; by a filter, they are those among the first 10 000. Their
    order changes only when something is recorded, so cursors stay right while scores decay.

    Raises:
        BadUserInput: the size is out of bounds, or the cursor is none.
    """
    first = checked_size(first)
    place = None if after is None else opened_cursor(after)
    if filter.passes_nothing or not first:
        return []
    found = await ranked.best_posts(first, place, filter)
    head = found if place is None else await ranked.best_posts(1)
    if has_ahead(head, now) or has_ahead(found, now):
        best = await ranked.best_posts(RANKED, filter=filter)
        scored = await in_order(SubjectKind.POST, best, scoring, now)
        scored = [each for each in scored if place is None or _place(each) > place][:first]
    else:
        scored = await in_order(SubjectKind.POST, found, scoring, now)
    # The oldest fade below the least float.
    return [_shown(each) for each in scored if each.score > 0]


def _shown(scored: Scored) -> ScoredPost:
    reasons = (popular(scored.score),)
    return ScoredPost(scored.id, scored.score, reasons, place_cursor(_place(scored)))


def _place(scored: Scored) -> RankPlace:
    return RankPlace(scored.rank_key, scored.id)


def place_cursor(place: RankPlace) -> str:
    """The cursor of a post, to go on behind it."""
    return base64.urlsafe_b64encode(_KEY.pack(place.rank_key) + place.id.encode()).decode()


def opened_cursor(text: str) -> RankPlace:
    """The place of a post by its cursor.

    Raises:
        BadUserInput: it is none.
    """
    try:
        raw = base64.b64decode(text.encode(), altchars=b"-_", validate=True)
        (key,) = _KEY.unpack(raw[: _KEY.size])
        id = check_text(raw[_KEY.size :].decode(), ID_LENGTH)
    except (binascii.Error, UnicodeError, struct.error, BadId):
        key, id = math.nan, ""
    if not math.isfinite(key):
        message = f"got {shown(text)}; allowed is a cursor that the server gave out"
        raise BadUserInput("after", message)
    return RankPlace(key, id)
