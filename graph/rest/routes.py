"""The routes of the REST face: each a declaration, and a handler that asks what GraphQL asks."""

import asyncio
from collections.abc import Sequence
from dataclasses import replace

from starlette.responses import Response

from graph.export import streamed
from graph.interactions import counted
from graph.privacy import PrivacySetting
from graph.rest import answers, tracked, wishes
from graph.rest.operations import Asking, Operation
from graph.rest.pages import following, preceding, stretch, window
from graph.rest.refusals import ACTIVITY, INTERACTION, Names, refuse
from graph.rest.values import PROTECTION
from graph.rights import OWNERS, RIGHTS
from graph.users import EngagementScore
from models.records import StoredInteraction, Subject
from models.vocabulary import ACTIONS, SubjectKind, TargetKind
from resolvers import activity, histories
from resolvers.activity import Interval
from resolvers.engagement import LIST_LIMIT, leaders, ranks, trending
from resolvers.errors import InputError
from resolvers.histories import COUNT_LIMIT, EVERYONE, Page, Scope, Window
from resolvers.histories import Wish as Filter
from resolvers.instants import format_millis
from resolvers.intake import Context, Naming, Request, whose
from resolvers.privacy import Choice, Erasure
from resolvers.recalculating import Recalculation, recalculate
from resolvers.recording import Recorded
from resolvers.targets import stored_id

QUERY, MUTATION, USER = RIGHTS["Query"], RIGHTS["Mutation"], RIGHTS["User"]


async def record_interaction(wish: wishes.InteractionWish, asking: Asking) -> answers.Recorded:
    """Record what a user did with a post, or take it back."""
    action, undo = wish.action_type
    context = wish.context or Context()
    named = wish.user_id, wish.user_alias
    request = Request(action, *named, post_id=wish.post_id, undo=undo, context=context)
    recorded, row = await _recorded(request, asking, INTERACTION)
    alias, level = str(recorded.user_alias), recorded.level
    if level is None:
        level = await asking.loaders.level.load(alias)
    return answers.Recorded(
        interaction_id=None if row is None else asking.product.opaque.interaction_id(row.id),
        user_alias=alias,
        post_id=wish.post_id,
        action_type=wish.action_type.name,
        timestamp=format_millis(asking.now if row is None else row.occurred_at),
        privacy_level=PROTECTION[level],
    )


async def post_stats(wish: wishes.PostWish, asking: Asking) -> answers.PostStats:
    """What has been counted about a post."""
    totals = await asking.loaders.totals(Subject(SubjectKind.POST, wish.post_id))
    return answers.PostStats.of(wish.post_id, totals)


async def history(wish: wishes.HistoryWish, asking: Asking) -> answers.History:
    """What a user did with posts, newest first."""
    alias, done = _alias(wish, asking), wish.action_type
    actions = None if done is None else [done.action]
    filter = Filter(actions=actions, target_kinds=[TargetKind.POST], since=wish.since)
    page, total = await _page(Scope("user", alias), filter, Window(first=wish.limit), asking)
    opaque = asking.product.opaque
    return answers.History(
        user_alias=alias,
        total_count=total,
        returned_count=len(page.interactions),
        interactions=[answers.Interaction.of(row, opaque) for row in page.interactions],
    )


async def privacy(wish: wishes.WhoseWish, asking: Asking) -> answers.Setting:
    """How much is stored about a user."""
    alias = _alias(wish, asking)
    setting = await PrivacySetting.of(alias, asking)
    return answers.Setting.of(wish.user_id or alias, setting)


async def set_privacy(wish: wishes.LevelWish, asking: Asking) -> answers.Setting:
    """Choose how much is stored about a user; a lower level works backwards."""
    choice = Choice(wish.tracking_level, wish.user_id, wish.user_alias)
    chosen = await asking.product.privacy.choose(choice, asking.caller)
    refuse(chosen.errors)
    return await privacy(wish, asking)


async def export(wish: wishes.WhoseWish, asking: Asking) -> Response:
    """All that is stored about a user, a line of JSON for each thing."""
    alias = _alias(wish, asking)
    return await streamed(asking.product, alias, asking.caller, asking.streams)


async def own_export(wish: wishes.WhoseWish, asking: Asking) -> Response:
    """All that is stored about a user, as at /api/v1/privacy/export."""
    return await export(wish, asking)


async def erase(wish: wishes.ErasureWish, asking: Asking) -> answers.Erasure:
    """Erase all that is stored about a user; it cannot be undone."""
    erasure = Erasure(wish.confirm, wish.user_id, wish.user_alias)
    erased = await asking.product.privacy.erase(erasure, asking.caller)
    refuse(erased.errors)
    return answers.Erasure.of(erased, erased.at or asking.now)


async def recommendations(
    wish: wishes.RecommendationWish, asking: Asking
) -> answers.Recommendations:
    """Posts to show to a user, the best first."""
    alias = _alias(wish, asking)
    found = await trending(wish.limit, asking.product.scoring, asking.now)
    return answers.Recommendations(
        user_id=wish.user_id or alias,
        recommendations=[answers.Recommendation.of(each) for each in found],
    )


async def record_activity(wish: wishes.ActivityWish, asking: Asking) -> tracked.Activity:
    """Record what a user did, or take it back."""
    action, undo = wish.activity_type
    kind = ACTIONS[action].target_kind
    target = None if wish.target is None else (kind, wish.target)
    named, context = (wish.user_id, wish.user_alias), Context(metadata=wish.metadata)
    request = Request(action, *named, target=target, undo=undo, context=context)
    recorded, row = await _recorded(request, asking, ACTIVITY)
    if row is not None:
        shown = tracked.Activity.of(row, asking.product.opaque)
        return shown.model_copy(update={"activity_type": wish.activity_type.name})
    return tracked.Activity(
        id=None,
        user=str(recorded.user_alias),
        activity_type=wish.activity_type.name,
        target=stored_id(kind, str(wish.target), asking.product.identity),
        metadata={} if wish.metadata is None else wish.metadata,
        created_at=format_millis(asking.now),
    )


async def activities(wish: wishes.ActivitiesWish, asking: Asking) -> tracked.Activities:
    """What users did, newest first."""
    scope = EVERYONE if wish.user is None else Scope("user", _alias(wish, asking, ACTIVITY))
    filter = Filter(actions=None if wish.activity_type is None else [wish.activity_type.action])
    page, total = await _page(scope, filter, window(wish), asking)
    return tracked.Activities(
        count=total,
        next=following(wish, asking.url, page.more),
        previous=preceding(wish, asking.url),
        results=[tracked.Activity.of(row, asking.product.opaque) for row in page.interactions],
    )


async def recent_activities(wish: wishes.ActivitiesWish, asking: Asking) -> tracked.Activities:
    """The same list under its other address."""
    return await activities(wish, asking)


async def engagement(wish: wishes.EngagementWish, asking: Asking) -> tracked.Scores:
    """The users with the highest engagement scores, or one user's score."""
    ranked = await _ranked(wish, asking)
    part = stretch(wish)
    found = await asyncio.gather(
        *(EngagementScore.of(alias, asking, rank) for alias, rank in ranked[part])
    )
    return tracked.Scores(
        count=len(ranked),
        next=following(wish, asking.url, part.stop < len(ranked)),
        previous=preceding(wish, asking.url),
        results=[tracked.Score.of(each) for each in found],
    )


async def recalculate_engagement(wish: None, asking: Asking) -> tracked.Recalculated:
    """Recount every score from its rows, while others go on."""
    found = Recalculation()
    await recalculate(asking.product.database, asking.product.scoring, asking.now, found)
    return tracked.Recalculated(updated=found.users)


async def stats(wish: wishes.StatsWish, asking: Asking) -> tracked.Stats:
    """Totals per activity type and per day."""
    days = activity.days(wish.since, wish.until, asking.now)
    whole = activity.all_time(wish.until, asking.now) if wish.since is None else days
    counts = await activity.counts(whole)
    by_day = await activity.series(days, Interval.DAY)
    return tracked.Stats(
        since=None if wish.since is None else format_millis(days.since),
        until=format_millis(days.until),
        total=sum(count for _, count in counts),
        by_type=tracked.TypeCount.all(counts),
        by_day=[tracked.Day.of(each) for each in by_day],
    )


async def _recorded(
    request: Request, asking: Asking, names: Names
) -> tuple[Recorded, StoredInteraction | None]:
    """What became of an input, and the row that answers it where one is stored for the user."""
    recorded = await asking.product.recorder.record(request, asking.caller)
    refuse(recorded.errors, names)
    if recorded.row is not None or recorded.interaction_id is None:
        return recorded, recorded.row
    return recorded, await asking.loaders.interaction.load(recorded.interaction_id)


async def _ranked(wish: wishes.EngagementWish, asking: Asking) -> Sequence[tuple[str, int | None]]:
    """Whose scores to list, with their ranks; nobody's where the user did nothing."""
    if wish.user is None:
        return [(alias, rank) for rank, alias in enumerate(await leaders(LIST_LIMIT), 1)]
    alias = _alias(wish, asking, ACTIVITY)
    totals = await asking.loaders.totals(Subject(SubjectKind.USER, alias))
    if not totals.counts:
        return []
    return [(alias, (await ranks([alias])).get(alias))]


async def _page(scope: Scope, filter: Filter, window: Window, asking: Asking) -> tuple[Page, int]:
    """A page of what the caller may see of a history, and how many there are around it.

    One that ends beyond the rows that can be had is empty where there are fewer rows than that.
    """
    scope, filter = histories.narrowed(scope, filter, asking.caller)
    load, opaque = asking.loaders.histories, asking.product.opaque
    if window.ends_at > COUNT_LIMIT:
        head = await histories.page(load, scope, filter, Window(first=1), opaque)
        total = await counted(head, asking)
        if total is not None and total < COUNT_LIMIT:
            return replace(head, interactions=(), more=False), total
    page = await histories.page(load, scope, filter, window, opaque)
    total = await counted(page, asking)
    return page, COUNT_LIMIT if total is None else total


def _alias(wish: Naming, asking: Asking, names: Names = INTERACTION) -> str:
    """The alias of the user that a wish is about."""
    errors: list[InputError] = []
    alias = whose(wish, asking.caller, asking.product.identity, errors)
    refuse(errors, names)
    return str(alias)


OPERATIONS = (
    Operation("POST", "/api/v1/interactions", record_interaction, MUTATION["recordInteraction"]),
    Operation("GET", "/api/v1/interactions/{post_id}", post_stats, QUERY["post"]),
    Operation("GET", "/api/v1/interactions/user/{user_alias}", history, USER["interactions"]),
    Operation("GET", "/api/v1/privacy", privacy, USER["privacy"]),
    Operation("POST", "/api/v1/privacy", set_privacy, MUTATION["setPrivacy"], unhurried=True),
    Operation("GET", "/api/v1/privacy/export", export, OWNERS),
    Operation("DELETE", "/api/v1/privacy/data", erase, MUTATION["eraseUser"], unhurried=True),
    Operation("GET", "/api/v1/recommendations", recommendations, QUERY["trendingPosts"]),
    Operation("GET", "/activities/", activities, QUERY["interactions"]),
    Operation("POST", "/activities/", record_activity, MUTATION["recordInteraction"], status=201),
    Operation("GET", "/activities/recent/", recent_activities, QUERY["interactions"]),
    Operation("GET", "/engagement/", engagement, QUERY["engagementScores"]),
    Operation(
        "POST",
        "/engagement/recalculate/",
        recalculate_engagement,
        MUTATION["recalculateScores"],
        unhurried=True,
    ),
    Operation("GET", "/stats/", stats, QUERY["activityStats"]),
    Operation("GET", "/export", own_export, OWNERS),
)
"""Every route, with the rights of the GraphQL field that asks the same."""
