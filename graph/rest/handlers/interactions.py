"""Handlers of the recommender's routes: interactions with posts, privacy, recommendations."""

from starlette.responses import Response

from graph.rest import answers, requests
from graph.rest.export import streamed
from graph.rest.handlers.lookups import alias_of, history_page, record
from graph.rest.operations import RestContext
from graph.rest.refusals import INTERACTION, refuse
from graph.rest.values import PROTECTION
from models.reading.history import HistoryOwner
from models.records import Subject
from models.vocabulary import SubjectKind, TargetKind
from resolvers.history.filters import FilterInput
from resolvers.history.pages import PageRequest
from resolvers.instants import format_millis
from resolvers.privacy.levels import Choice, Erasure
from resolvers.recording.contexts import RecordContext
from resolvers.recording.validation import RecordRequest
from resolvers.signals.recommending.asked import Asked


async def record_interaction(
    request: requests.InteractionRequest, context: RestContext
) -> answers.RecordedAnswer:
    """Record what a user did with a post, or take it back."""
    action, undo = request.action_type
    input = RecordRequest(
        action,
        user_id=request.user_id,
        user_alias=request.user_alias,
        post_id=request.post_id,
        undo=undo,
        context=request.context or RecordContext(),
    )
    recorded, row = await record(input, context, INTERACTION)
    alias, level = str(recorded.user_alias), recorded.level
    if level is None:
        level = await context.loaders.level.load(alias)
    return answers.RecordedAnswer(
        interaction_id=None if row is None else context.services.id_cipher.interaction_id(row.id),
        user_alias=alias,
        post_id=request.post_id,
        action_type=request.action_type.name,
        timestamp=format_millis(context.now if row is None else row.occurred_at),
        privacy_level=PROTECTION[level],
    )


async def post_stats(
    request: requests.PostRequest, context: RestContext
) -> answers.PostStatsAnswer:
    """What has been counted about a post."""
    totals = await context.loaders.totals(Subject(SubjectKind.POST, request.post_id))
    return answers.PostStatsAnswer.of(request.post_id, totals)


async def history(request: requests.HistoryRequest, context: RestContext) -> answers.HistoryAnswer:
    """What a user did with posts, newest first."""
    alias, done = alias_of(request, context), request.action_type
    filter_input = FilterInput(
        actions=None if done is None else [done.action],
        target_kinds=[TargetKind.POST],
        since=request.since,
    )
    page, total = await history_page(
        HistoryOwner("user", alias), filter_input, PageRequest(first=request.limit), context
    )
    id_cipher = context.services.id_cipher
    return answers.HistoryAnswer(
        user_alias=alias,
        total_count=total,
        returned_count=len(page.interactions),
        interactions=[answers.InteractionAnswer.of(row, id_cipher) for row in page.interactions],
    )


async def privacy(request: requests.UserRequest, context: RestContext) -> answers.SettingAnswer:
    """How much is stored about a user."""
    alias = alias_of(request, context)
    setting = await context.loaders.setting.load(alias)
    return answers.SettingAnswer.of(request.user_id or alias, setting)


async def set_privacy(
    request: requests.LevelRequest, context: RestContext
) -> answers.SettingAnswer:
    """Choose how much is stored about a user; a lower level works backwards."""
    choice = Choice(request.tracking_level, request.user_id, request.user_alias)
    chosen = await context.services.privacy.choose(choice, context.caller)
    refuse(chosen.errors)
    return await privacy(request, context)


async def export(request: requests.UserRequest, context: RestContext) -> Response:
    """All that is stored about a user, a line of JSON for each thing."""
    alias = alias_of(request, context)
    return await streamed(context.services, alias, context.caller, context.streams)


async def own_export(request: requests.UserRequest, context: RestContext) -> Response:
    """All that is stored about a user, as at /api/v1/privacy/export."""
    return await export(request, context)


async def erase(request: requests.ErasureRequest, context: RestContext) -> answers.ErasureAnswer:
    """Erase all that is stored about a user; it cannot be undone."""
    erasure = Erasure(request.confirm, request.user_id, request.user_alias)
    erased = await context.services.privacy.erase(erasure, context.caller)
    refuse(erased.errors)
    return answers.ErasureAnswer.of(erased, erased.at or context.now)


async def recommendations(
    request: requests.RecommendationRequest, context: RestContext
) -> answers.RecommendationsAnswer:
    """Posts to show to a user, the best first: none that the user has seen, or turned away."""
    alias = alias_of(request, context)
    asked = Asked(alias, request.limit)
    page = await context.services.recommender.recommend(asked, context.now)
    return answers.RecommendationsAnswer(
        user_id=request.user_id or alias,
        recommendations=[answers.RecommendationAnswer.of(each) for each in page.posts],
    )
