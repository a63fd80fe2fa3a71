"""What handlers of several routes do: find a user, read a page of a history, record."""

from dataclasses import replace
from functools import partial

from graph.rest.operations import RestContext
from graph.rest.refusals import INTERACTION, Names, refuse
from models.reading.history import HistoryOwner
from models.records import StoredInteraction
from resolvers.errors import InputError
from resolvers.history.filters import FilterInput
from resolvers.history.pages import COUNT_LIMIT, Page, PageRequest, read_page
from resolvers.history.whole_pages import whole_count, whole_page
from resolvers.recording.recorder import RecordResult
from resolvers.recording.validation import RecordRequest, UserReference, resolve_user


async def record(
    input: RecordRequest, context: RestContext, names: Names
) -> tuple[RecordResult, StoredInteraction | None]:
    """Record an input; the result, and the row that answers it where one is stored for the user."""
    recorded = await context.services.recorder.record(input, context.caller)
    refuse(recorded.errors, names)
    if recorded.row is not None or recorded.interaction_id is None:
        return recorded, recorded.row
    return recorded, await context.loaders.interaction.load(recorded.interaction_id)


async def history_page(
    owner: HistoryOwner, filter_input: FilterInput, request: PageRequest, context: RestContext
) -> tuple[Page, int]:
    """A whole page of what the caller may see of a history, and how many there are around it.

    One that ends beyond the rows that can be had is empty where there are fewer rows than that.
    """
    read = partial(
        read_page,
        owner,
        filter_input,
        caller=context.caller,
        loaders=context.loaders,
        id_cipher=context.services.id_cipher,
    )
    if request.ends_at > COUNT_LIMIT:
        head = await read(PageRequest(first=1))
        total = await whole_count(head, context.loaders)
        if total is not None and total < COUNT_LIMIT:
            return replace(head, interactions=(), more=False), total
    page = await whole_page(await read(request), context.loaders)
    total = await whole_count(page, context.loaders)
    return page, COUNT_LIMIT if total is None else total


def alias_of(request: UserReference, context: RestContext, names: Names = INTERACTION) -> str:
    """The alias of the user that a request is about."""
    errors: list[InputError] = []
    alias = resolve_user(request, context.caller, context.services.identity, errors)
    refuse(errors, names)
    return str(alias)
