"""GraphQL over WebSocket, by the graphql-transport-ws protocol."""

import asyncio
import logging
from collections.abc import Collection
from contextlib import aclosing, suppress
from typing import Any

import orjson
from graphql import GraphQLError, OperationType
from starlette.types import Receive, Scope, Send
from starlette.websockets import WebSocket, WebSocketDisconnect

from graph.codes import Code
from graph.counted_log import CountedLog
from graph.transport.aborting import LAST_WORDS_S, abort_of
from graph.transport.answers import Answer
from graph.transport.engine import Engine
from graph.transport.extents import read_json
from graph.transport.messages import Ended, head, id_of, payload_of
from graph.transport.operations import Operation, refusal_of
from graph.transport.origins import is_foreign
from graph.transport.principals import SLOW_DOWN, Denied
from graph.transport.requests import Invalid, Malformed, Parameters
from resolvers.errors import Overloaded
from resolvers.request_ids import current_request, request_id

PROTOCOL = "graphql-transport-ws"
INIT_S = 10.0
UNKNOWN_BYTES = 8 * 1024
"""Characters of a message from someone of whom it is not known yet who it is."""

PINGS_A_SECOND = 100
_REASON_BYTES = 123  # what a close frame holds beside its code

log = logging.getLogger(__name__)


class WebSocketEndpoint:
    """The route that holds conversations; browsers reach it from its own origin and `origins`."""

    def __init__(
        self, engine: Engine, origins: Collection[str] = (), init_s: float = INIT_S
    ) -> None:
        self._engine = engine
        self._origins = frozenset(origins)
        self._init_s = init_s
        self._refusals = CountedLog(log)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        socket = WebSocket(scope, receive, send)
        if is_foreign(scope, self._origins):
            self._refusals.warning("a WebSocket is refused for its Origin")
            await socket.close()  # which refuses the upgrade with 403
            return
        if PROTOCOL not in scope["subprotocols"]:
            await socket.accept()
            await socket.close(4406, "Subprotocol not acceptable")
            return
        await socket.accept(PROTOCOL)
        await Conversation(self._engine, socket, send).hold(self._init_s)


class Conversation:
    """One connection: its messages, and the operations under way on it by their ids."""

    __slots__ = (
        "_answering",
        "_begun",
        "_denied",
        "_engine",
        "_holding",
        "_is_acknowledged",
        "_is_initialised",
        "_operations",
        "_pinged_in",
        "_pings",
        "_send_message",
        "_socket",
        "_streaming",
        "abort",
        "principal",
    )

    def __init__(self, engine: Engine, socket: WebSocket, send: Send) -> None:
        self._engine = engine
        self._socket = socket
        self._send_message = send
        self._operations = dict[str, asyncio.Task[None]]()  # by ids that are taken
        self._answering = set[asyncio.Task[None]]()  # also those whose last message is on its way
        self._streaming = set[asyncio.Task[None]]()  # those of subscriptions
        self._begun = 0  # operations, by which their request ids differ
        self._is_initialised = False
        self._is_acknowledged = False
        self._holding: asyncio.Task[None] | None = None
        self._denied: Denied | None = None
        self._pinged_in, self._pings = 0, 0  # a second, and how many pings came in it
        self.abort = abort_of(socket.scope)
        self.principal: Any = None

    async def hold(self, init_s: float) -> None:
        """Answer messages until either side ends; then cancel all operations."""
        ended: Ended | None = None
        self._holding = asyncio.current_task()
        try:
            ended = await self._converse(init_s)
        except WebSocketDisconnect:
            pass
        except asyncio.CancelledError:
            if self._denied is None or self._holding is None:
                raise
            self._holding.uncancel()
            is_away = self._denied.code is Code.OVERLOADED
            ended = Ended(1013 if is_away else 4403, str(self._denied))
        finally:
            try:
                await self._stop_operations()
                if ended is not None:
                    await self._close(ended)
            finally:
                self._engine.streams.discard(self)

    async def _close(self, ended: Ended) -> None:
        """Say why, and hang up soon whether or not the client has heard it."""
        asyncio.get_running_loop().call_later(LAST_WORDS_S, self.abort)
        reason = ended.reason.encode()[:_REASON_BYTES].decode(errors="ignore")
        with suppress(WebSocketDisconnect):
            await self._socket.close(ended.code, reason)

    def end(self, denied: Denied) -> None:
        if self._denied is None and self._holding is not None:
            self._denied = denied
            self._holding.cancel()

    async def finish(self) -> None:
        for id, task in tuple(self._operations.items()):
            if task in self._streaming and self._operations.get(id) is task:
                del self._operations[id]
                task.cancel()
                await self._send(id, "complete", None)
        if self._answering:
            await asyncio.wait(self._answering)

    async def _converse(self, init_s: float) -> Ended:
        slices = self._engine.slices
        try:
            async with asyncio.timeout(init_s) as waiting:
                while True:
                    await self._take(await self._receive())
                    if slices.is_over():  # hundreds of messages may be here already
                        await slices.next()
                    if self._is_acknowledged:
                        waiting.reschedule(None)
        except TimeoutError:
            return Ended(4408, "Connection initialisation timeout")
        except Denied as denied:
            self._engine.counts.refuse(denied.code)
            return Ended(4403, str(denied))
        except Overloaded as overloaded:
            self._engine.counts.refuse(Code.OVERLOADED)
            return Ended(1013, str(overloaded))
        except Ended as ended:
            return ended
        except Malformed as malformed:
            return Ended(4400, str(malformed))

    async def _receive(self) -> dict[str, Any]:
        event = await self._socket.receive()
        if event["type"] == "websocket.disconnect":
            raise WebSocketDisconnect(event.get("code", 1005))
        text = event.get("text")
        if text is None:
            raise Malformed("messages are text, not binary")
        if not self._is_acknowledged and len(text) > UNKNOWN_BYTES:
            raise Ended(1009, f"before connection_ack a message has at most {UNKNOWN_BYTES} bytes")
        message = await read_json(text, "a message")
        if not isinstance(message, dict):
            raise Malformed("a message must be a JSON object")
        return message

    async def _take(self, message: dict[str, Any]) -> None:
        match message.get("type"):
            case "connection_init":
                await self._acknowledge(payload_of(message) or {})
            case "ping":
                await self._pong(payload_of(message))
            case "pong":
                payload_of(message)
            case "subscribe":
                await self._subscribe(id_of(message), message.get("payload"))
            case "complete":
                if operation := self._operations.pop(id_of(message), None):
                    operation.cancel()
            case _:
                raise Malformed("`type` must be one that clients send in graphql-transport-ws")

    async def _acknowledge(self, params: dict[str, Any]) -> None:
        if self._is_initialised:
            raise Ended(4429, "Too many initialisation requests")
        self._is_initialised = True
        self.principal = await self._engine.authenticate(self._socket, params)
        self._is_acknowledged = True
        self._engine.streams.add(self)
        await self._send_text('{"type":"connection_ack"}')

    async def _pong(self, payload: dict[str, Any] | None) -> None:
        second = int(asyncio.get_running_loop().time())
        if second != self._pinged_in:
            self._pinged_in, self._pings = second, 0
        self._pings += 1
        if self._pings > PINGS_A_SECOND:
            raise Ended(4429, f"more than {PINGS_A_SECOND} pings in a second")
        try:
            message = {"type": "pong", "payload": payload} if payload else {"type": "pong"}
            text = orjson.dumps(message).decode()
        except TypeError:
            raise Malformed("the `payload` of a ping cannot be sent back") from None
        await self._send_text(text)

    async def _subscribe(self, id: str, payload: Any) -> None:
        if not self._is_acknowledged:
            raise Ended(4401, "Unauthorized")
        if not self._engine.is_valid(self.principal):
            raise Ended(4403, "the key or token is no longer valid")
        if id in self._operations:
            raise Ended(4409, f"Subscriber for {id} already exists")
        try:
            parameters = Parameters.of(payload, "`payload`")
        except Invalid as invalid:
            await self._send(id, "error", Answer.refusal(invalid.errors).refused)
            return
        if (count := len(self._answering)) >= self._engine.limits.streams:
            await self._overload(id, f"{count} operations are under way on this connection")
        elif self._engine.wait_s(self.principal):
            await self._overload(id, SLOW_DOWN)
        else:
            task = self._operations[id] = asyncio.create_task(self._operate(id, parameters))
            self._answering.add(task)
            task.add_done_callback(self._answering.discard)
            task.add_done_callback(self._streaming.discard)

    async def _overload(self, id: str, message: str) -> None:
        error = GraphQLError(message, extensions={"code": Code.OVERLOADED})
        self._engine.counts.refuse(Code.OVERLOADED)
        await self._send(id, "error", Answer.refusal([error]).refused)

    async def _operate(self, id: str, parameters: Parameters) -> None:
        """Answer one operation; its id is free once its last message is on its way."""
        self._begun += 1
        current_request.set(f"{request_id()}.{self._begun}")
        try:
            operation = await self._prepared(parameters)
            del parameters  # a subscription may go on for long, and needs little of it
            if isinstance(operation, Answer):
                self._engine.counts.refuse(operation.code)
                last = operation.refused
            else:
                last = await self._answer(id, operation)
            del self._operations[id]
            await self._send(id, "error" if last else "complete", last)
        except WebSocketDisconnect:
            pass  # the conversation ends, and cancels this task

    async def _prepared(self, parameters: Parameters) -> Operation | Answer:
        """The operation that is asked for, or what refuses it."""
        try:
            return await Operation.prepare(self._engine, parameters, self.principal)
        except Exception as error:
            return refusal_of(error)

    async def _answer(self, id: str, operation: Operation) -> bytes | None:
        """Send the answers of an operation; return the errors that end it, if any."""
        task = asyncio.current_task()
        if operation.kind is OperationType.SUBSCRIPTION and task is not None:
            self._streaming.add(task)
        beginning = f'{head(id, "next")},"payload":'
        async with aclosing(operation.answers()) as answers:
            async for some in answers:
                for answer in some:
                    if answer.refused is not None:
                        return answer.refused
                    await self._send_text(f"{beginning}{answer.text}}}")
        return None

    async def _send(self, id: str, type: str, payload: bytes | None) -> None:
        tailer = "}" if payload is None else f',"payload":{payload.decode()}}}'
        await self._send_text(head(id, type) + tailer)

    async def _send_text(self, text: str) -> None:
        try:
            await self._send_message({"type": "websocket.send", "text": text})
        except (OSError, RuntimeError):  # it is closed, by the client or for its silence
            raise WebSocketDisconnect(1006) from None

    async def _stop_operations(self) -> None:
        answering = list(self._answering)
        for task in answering:
            task.cancel()
        await asyncio.gather(*answering, return_exceptions=True)
