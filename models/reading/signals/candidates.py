"""Candidates: what is known of posts that are to be ranked, whoever asks."""

import json
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from models.database.database import dialect
from models.reading.filters import Conditions
from models.reading.signals.co_engagement import KEY_SPREAD, KnownPost
from models.reading.signals.descriptions import PostDescription, description_of
from models.replicas.fetching import fetch_current
from models.signal_records import StoredPost
from models.upserts import POSTS
from models.vocabulary import ACTIONS, ActionType, SubjectKind

_MOST = ""  # in place of a post's id, which is never empty
_AHEAD = 32
_VIEW = ACTIONS[ActionType.VIEW].code
_DESCRIBED = len(POSTS.columns)


class Likes(NamedTuple):
    """The users who like a post, decayed as stored, and how many engage with it at all."""

    decayed: bytes | None = None
    users: int = 0


@dataclass(slots=True)
class KnownPosts:
    """What is known of posts by their ids, and the likes of those that may be liked most.

    Those that somebody engages with are in `engaged` by their numbers.
    """

    descriptions: dict[str, PostDescription] = field(default_factory=dict)
    likes: dict[str, Likes] = field(default_factory=dict)
    views: dict[str, int] = field(default_factory=dict)
    engaged: dict[int, KnownPost] = field(default_factory=dict)
    most: list[Likes] = field(default_factory=list)


async def known_posts(post_ids: Sequence[str]) -> KnownPosts:
    """The descriptions, likes and views of posts, as far as there are any; in one query."""
    statement = _Statement(dialect())
    text = statement.text(post_ids)
    found = KnownPosts()
    for id, *row in map(tuple, await fetch_current(text, statement.arguments)):
        described, (decayed, users, number, views) = row[:_DESCRIBED], row[_DESCRIBED:]
        if id == _MOST:
            found.most.append(Likes(decayed, users))
            continue
        if described[0] is not None:
            found.descriptions[id] = description_of(StoredPost(*described))
        if users is not None:
            found.likes[id] = Likes(decayed, users)
            found.engaged[number] = KnownPost(id, users)
        found.views[id] = found.views.get(id, 0) + (views or 0)
    return found


class _Statement(Conditions):
    """A row for each post and slot with views of it, and one for each that may be liked most.

    Stored keys tell likes apart but for some percent. Of so many posts that are as close to the
    first, any may be ahead of it.
    """

    def text(self, post_ids: Sequence[str]) -> str:
        described = ", ".join(f"p.{name}" for name in POSTS.columns)
        nothing = ", ".join("NULL" for _ in POSTS.columns)
        of_views = (
            f"t.subject_kind = {int(SubjectKind.POST)} AND t.subject_id = c.id "
            f"AND t.action = {_VIEW}"
        )
        return (
            f"SELECT c.id, {described}, e.decayed, e.users, e.number, t.count "
            f"FROM {self._ids(post_ids)} c "
            "LEFT JOIN posts p ON p.post_id = c.id "
            "LEFT JOIN engaged_posts e ON e.post_id = c.id "
            f"LEFT JOIN totals t ON {of_views} "
            f"UNION ALL SELECT '{_MOST}', {nothing}, m.decayed, m.users, NULL, NULL FROM "
            f"(SELECT decayed, users FROM engaged_posts WHERE rank_key <= {2 * KEY_SPREAD} + "
            f"(SELECT min(rank_key) FROM engaged_posts) ORDER BY rank_key LIMIT {_AHEAD}) m"
        )

    def _ids(self, post_ids: Sequence[str]) -> str:
        if self.is_sqlite:
            return f"(SELECT value AS id FROM json_each({self.add(json.dumps(list(post_ids)))}))"
        return f"(SELECT unnest({self.add(list(post_ids))}::text[]) AS id)"
