"""Handlers of the activity tracker's routes: activities, engagement scores, statistics."""

import asyncio
from collections.abc import Sequence

from graph.rest import requests, tracked
from graph.rest.handlers.lookups import alias_of, history_page, record
from graph.rest.operations import RestContext
from graph.rest.pages import listed_part, next_address, page_request, previous_address
from graph.rest.refusals import ACTIVITY
from models.reading.history import EVERYONE, HistoryOwner
from models.records import Subject
from models.vocabulary import ACTIONS, SubjectKind
from resolvers.audit.recalculating import Recalculation, recalculate
from resolvers.history import activity
from resolvers.history.activity import Interval
from resolvers.history.filters import FilterInput
from resolvers.history.scores import user_score
from resolvers.instants import format_millis
from resolvers.recording.contexts import RecordContext
from resolvers.recording.validation import RecordRequest
from resolvers.scoring.engagement import LIST_LIMIT, leaders
from resolvers.targets import stored_id


async def record_activity(
    request: requests.ActivityRequest, context: RestContext
) -> tracked.ActivityAnswer:
    """Record what a user did, or take it back."""
    action, undo = request.activity_type
    kind = ACTIONS[action].target_kind
    input = RecordRequest(
        action,
        user_id=request.user_id,
        user_alias=request.user_alias,
        target=None if request.target is None else (kind, request.target),
        undo=undo,
        context=RecordContext(metadata=request.metadata),
    )
    recorded, row = await record(input, context, ACTIVITY)
    if row is not None:
        shown = tracked.ActivityAnswer.of(row, context.services.id_cipher)
        return shown.model_copy(update={"activity_type": request.activity_type.name})
    return tracked.ActivityAnswer(
        id=None,
        user=str(recorded.user_alias),
        activity_type=request.activity_type.name,
        target=stored_id(kind, str(request.target), context.services.identity),
        metadata={} if request.metadata is None else request.metadata,
        created_at=format_millis(context.now),
    )


async def activities(
    request: requests.ActivitiesRequest, context: RestContext
) -> tracked.ActivitiesAnswer:
    """What users did, newest first."""
    owner = EVERYONE
    if request.user is not None:
        owner = HistoryOwner("user", alias_of(request, context, ACTIVITY))
    done = request.activity_type
    filter_input = FilterInput(actions=None if done is None else [done.action])
    page, total = await history_page(owner, filter_input, page_request(request), context)
    return tracked.ActivitiesAnswer(
        count=total,
        next=next_address(request, context.url, page.more),
        previous=previous_address(request, context.url),
        results=[
            tracked.ActivityAnswer.of(row, context.services.id_cipher) for row in page.interactions
        ],
    )


async def recent_activities(
    request: requests.ActivitiesRequest, context: RestContext
) -> tracked.ActivitiesAnswer:
    """The same list under its other address."""
    return await activities(request, context)


async def engagement(
    request: requests.EngagementRequest, context: RestContext
) -> tracked.ScoresAnswer:
    """The users with the highest engagement scores, or one user's score."""
    ranked = await _ranked(request, context)
    part = listed_part(request)
    listed = ranked[part]
    loaders, scoring = context.loaders, context.services.scoring
    found = await asyncio.gather(
        *(user_score(alias, loaders, scoring, context.now) for alias, _ in listed)
    )
    scores = zip(found, (rank for _, rank in listed), strict=True)
    return tracked.ScoresAnswer(
        count=len(ranked),
        next=next_address(request, context.url, part.stop < len(ranked)),
        previous=previous_address(request, context.url),
        results=[tracked.ScoreAnswer.of(score, rank) for score, rank in scores],
    )


async def recalculate_engagement(request: None, context: RestContext) -> tracked.RecalculatedAnswer:
    """Recount every score from its rows, while others go on."""
    found = Recalculation()
    await recalculate(context.services.database, context.services.scoring, context.now, found)
    return tracked.RecalculatedAnswer(updated=found.users)


async def stats(request: requests.StatsRequest, context: RestContext) -> tracked.StatsAnswer:
    """Totals per activity type and per day."""
    days = activity.days(request.since, request.until, context.now)
    whole = activity.all_time(request.until, context.now) if request.since is None else days
    counts = await activity.counts(whole)
    by_day = await activity.series(days, Interval.DAY)
    shown = await asyncio.to_thread(lambda: [tracked.DayAnswer.of(each) for each in by_day])
    return tracked.StatsAnswer(
        since=None if request.since is None else format_millis(days.since),
        until=format_millis(days.until),
        total=sum(count for _, count in counts),
        by_type=tracked.TypeCountAnswer.all(counts),
        by_day=shown,
    )


async def _ranked(
    request: requests.EngagementRequest, context: RestContext
) -> Sequence[tuple[str, int | None]]:
    """Whose scores to list, with their ranks; nobody's where the user did nothing."""
    if request.user is None:
        found = await leaders(LIST_LIMIT, context.services.scoring, context.now)
        return [(alias, rank) for rank, alias in enumerate(found, 1)]
    alias = alias_of(request, context, ACTIVITY)
    totals = await context.loaders.totals(Subject(SubjectKind.USER, alias))
    if not totals.counts:
        return []
    return [(alias, await context.loaders.rank.load(alias))]
