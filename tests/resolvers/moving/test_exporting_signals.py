"""Exporting everything: what a feed goes by is the same once it is imported."""

import shutil
from pathlib import Path
from typing import Any

import pytest

from graph.config.settings import Settings
from resolvers.moving.export_lines import CSV_HEADER
from tests.support.client import Caller, FixedClock
from tests.support.pasts import alias, healthy
from tests.support.recording.exports import all_exported, import_exported
from tests.support.serving import SECRET, serving

DESCRIBE = """
mutation Describe($inputs: [DescribePostInput!]!) {
  describePosts(inputs: $inputs) { errors { message } }
}
"""
SIGNALS = """
query Signals($aliases: [ID!]!) {
  users(aliases: $aliases) {
    preferences {
      contentTypes { ...Of } hashtags { ...Of } authors { ...Of } sources { ...Of }
    }
  }
  days: recommendationOutcomes { ...In }
  sources: recommendationOutcomes(by: SOURCE) { ...In }
  variants: recommendationOutcomes(by: VARIANT) { ...In }
}
fragment Of on Facet { value score count }
fragment In on RecommendationOutcome {
  group recommended views clicks favorites reblogs bookmarks hides
}
"""
USERS = ["ann", "bob"]
POSTS = (
    {"postId": "p", "authorId": "zoe", "contentType": "video", "hashtags": ["tea", "Pots"]},
    {"postId": "q", "hashtags": ["news"]},
)
CONTEXTS: tuple[dict[str, Any], ...] = (
    {},
    {"source": "home", "recommendationId": "trailmark:1"},
    {"hashtags": ["own"], "recommended": True},
    {"authorId": "yan", "contentType": "text", "recommendationId": "b"},
    {"hashtags": [], "source": "search"},
)
ACTIONS = ("VIEW", "CLICK", "FAVORITE", "BOOKMARK", "HIDE", "REPLY", "LESS_LIKE_THIS")


async def _lived(caller: Caller) -> None:
    """Users do everything with described and other posts, with and without a context."""
    await caller.data(DESCRIBE, inputs=POSTS)
    inputs = [
        {"userId": user, "action": action, "postId": post, "context": context}
        for user in USERS
        for post in ("p", "q", "r")
        for number, action in enumerate(ACTIONS)
        for context in (CONTEXTS[(number + len(post) + len(user)) % 5], CONTEXTS[number % 5])
    ]
    for number, input in enumerate(inputs):
        input["occurredAt"] = f"2026-11-{1 + number % 19:02}T10:00:00.{number:06}Z"
    await caller.outcomes(*inputs)
    await caller.outcome(userId="ann", action="FAVORITE", postId="p", undo=True)


async def _signals(caller: Caller) -> dict[str, Any]:
    return await caller.data(SIGNALS, aliases=[alias(user) for user in USERS])


@pytest.mark.parametrize("format", ["ndjson", "csv"])
async def test_preferences_and_outcomes_are_the_same_after_an_import(
    database_url: str, sqlite_file: Path, tmp_path: Path, clock: FixedClock, format: str
) -> None:
    """Also where posts are not described any more, or were described otherwise meanwhile."""
    shutil.copy(sqlite_file, tmp_path / "another.db")
    async with serving(Settings(database_url, SECRET), clock) as caller:
        await _lived(caller)
        exported = await all_exported(format=format)
        await caller.data(DESCRIBE, inputs=[{"postId": "p", "hashtags": ["since"]}])
        before = await _signals(caller)
    if format == "csv":
        exported.insert(0, CSV_HEADER)

    async with serving(Settings(f"sqlite://{tmp_path}/another.db", SECRET), clock) as caller:
        await caller.data(DESCRIBE, inputs=[{"postId": "r", "hashtags": []}])
        await import_exported(caller, exported, format)
        after = await _signals(caller)
        assert await healthy()

    assert len(before["variants"]) == 4
    assert len(before["users"][0]["preferences"]["hashtags"]) > 3
    assert after == before
