"""The engine: executes operations for every transport, within the limits, in fresh contexts."""

import asyncio
import logging
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import strawberry

from graph.compiled.plans import Plans
from graph.compiled.slices import SLICE_S, Slices
from graph.counted_log import CountedLog
from graph.transport.aborting import LAST_WORDS_S
from graph.transport.counting.operations import OperationCounts
from graph.transport.deadlines import Deadlines
from graph.transport.documents.documents import Documents
from graph.transport.documents.limits import Limits
from graph.transport.documents.trusted import TrustedDocuments
from graph.transport.live.channels import Channels
from graph.transport.live.subscriptions import Subscriptions
from graph.transport.names import suggest_for_short_names
from graph.transport.principals import (
    Allowance,
    Audience,
    Authenticate,
    Denied,
    IsValid,
    Stream,
    Throttle,
    anyone,
    as_many_as_they_like,
    at_any_rate,
    each_alone,
    is_always_valid,
)

log = logging.getLogger(__name__)

#: Makes the context of an operation, or of events, for a principal.
Contexts = Callable[[Any], Any]


class Engine:
    """Executes operations of a schema; `contexts` makes the context of each.

    Raises:
        BadDocuments: some of the trusted documents do not fit the schema or the limits.
    """

    def __init__(
        self,
        schema: strawberry.Schema,
        contexts: Contexts,
        *,
        authenticate: Authenticate = anyone,
        throttle: Throttle = at_any_rate,
        limits: Limits | None = None,
        introspection: bool = True,
        compile: bool = True,
        audience: Audience = each_alone,
        allowance: Allowance = as_many_as_they_like,
        is_valid: IsValid = is_always_valid,
        trusted: TrustedDocuments | None = None,
    ) -> None:
        self.schema = schema._schema
        suggest_for_short_names(self.schema)
        self.contexts = contexts
        self.authenticate = authenticate
        self.wait_s = throttle
        self.audience = audience
        self.is_valid = is_valid
        self.streams = set[Stream]()
        self.limits = limits or Limits()
        self.deadlines = Deadlines(self.limits.seconds)
        self.cut_offs = CountedLog(log)
        self.operations: type[Any] | None = None  # what it executes, where usual ones will not do
        self.hide_suggestions = not introspection
        self.slices = Slices(SLICE_S)
        self.channels = Channels(self.limits.held_events, self.slices)
        self.subscriptions = Subscriptions(allowance)
        self.plans = _plans(self) if compile else None
        self.documents = Documents(self.schema, self.limits, introspection, self.slices)
        self.trusted = trusted or TrustedDocuments()
        self.counts = OperationCounts(self._prepare_trusted())

    def _prepare_trusted(self) -> Iterator[str]:
        """Prepare the operations of trusted documents; their names."""
        for prepared in self.documents.trust(self.trusted):
            for operation in prepared.operations:
                yield prepared.shown_name(operation)
                if self.plans is not None:
                    self.plans.prepare(prepared.document, operation)

    def end_streams(self, should_end: Callable[[Any], bool], denied: Denied) -> None:
        """End the streams to principals of whom `should_end` is true, and say why.

        A client that has not read that after `LAST_WORDS_S` is cut off.
        """
        ended = [each for each in self.streams if should_end(each.principal)]
        for stream in ended:
            stream.end(denied)
        if ended:
            self.counts.end_streams(denied.code, len(ended))
            asyncio.get_running_loop().call_later(LAST_WORDS_S, self._abort, ended)

    def _abort(self, streams: Sequence[Stream]) -> None:
        for stream in self.streams.intersection(streams):
            stream.abort()

    async def finish(self, seconds: float, answer_s: float) -> None:
        """Begin no more subscriptions, complete those there are, and let the rest be answered.

        Streams that take nothing within `seconds` are cut. After `answer_s`, operations without an
        answer are cancelled, and their answers say so.
        """
        self.deadlines.end(answer_s)
        self.subscriptions.close()
        finishing = [asyncio.create_task(stream.finish()) for stream in self.streams]
        if finishing:
            _, late = await asyncio.wait(finishing, timeout=seconds)
            for task in late:
                task.cancel()
            await asyncio.gather(*finishing, return_exceptions=True)


def _plans(engine: Engine) -> Plans:
    """Plans that are compiled in a thread of their own, so that nobody waits for it."""
    return Plans(
        engine.schema,
        hide_suggestions=engine.hide_suggestions,
        work=ThreadPoolExecutor(1, thread_name_prefix="plans").submit,
        slices=engine.slices,
    )
