"""Access: who a request comes from, by its key or token, or by where it comes from."""

import asyncio
import logging
import time
from collections.abc import Collection, Mapping
from functools import partial
from typing import Any

from starlette.requests import HTTPConnection

from graph.access.loopback import is_loopback, names_loopback
from graph.access.user_tokens import BadToken, UserTokens
from graph.codes import Code
from graph.counted_log import CountedLog
from graph.transport.engine import Engine
from graph.transport.origins import host_of, is_foreign
from graph.transport.principals import Denied
from graph.transport.requests import NOTES
from resolvers.caller import Caller, Scope
from resolvers.errors import DATABASE_AWAY, Overloaded
from resolvers.identity import Identity
from resolvers.keys import FRESH_S, PREFIX, Keyring
from resolvers.targets import BadId, user_alias

log = logging.getLogger(__name__)

_OPEN = Caller()
_BEARER = {"WWW-Authenticate": "Bearer"}
_PASSED = "the place that it came from when it last passed"
_READING = ("GET", "HEAD", "OPTIONS")  # which change nothing
_FORWARDED = (b"forwarded", b"x-real-ip")
_IN_ADDRESSES = {"access_token", "api_key", "apikey", "authorization", "jwt", "key", "token"}


class Access:
    """Finds out who is calling.

    Where neither a key was ever made nor tokens are configured, everyone on this machine may do
    everything, and nobody else anything. Pages of other origins than the server's own change
    nothing, but those of `origins`.
    """

    def __init__(
        self,
        keyring: Keyring,
        tokens: UserTokens,
        identity: Identity,
        origins: Collection[str] = (),
    ) -> None:
        self.keyring = keyring
        self._tokens = tokens
        self._identity = identity
        self._origins = frozenset(origins)
        self._refusals = CountedLog(log)

    @property
    def is_open(self) -> bool:
        """Whether no credentials are configured."""
        return not self._tokens.is_configured and self.keyring.is_empty

    @property
    def asks(self) -> bool:
        """Whether it is known that credentials are configured."""
        try:
            return not self.is_open
        except Overloaded:
            return False

    async def caller(self, connection: HTTPConnection, params: Mapping[str, Any]) -> Caller:
        """Who is calling; `params` are what a WebSocket was initialised with.

        Raises:
            Denied: nobody who may; the log tells.
        """
        try:
            return await self._caller(connection, params)
        except _Refusal as refusal:
            self._refusals.warning(f"a request is refused for {refusal.fault}")
            raise

    def last_known(self, connection: HTTPConnection) -> Caller | None:
        """Who was calling if nothing has changed since the keys were read, however long ago.

        For what is to be told while the database does not answer; None if that is nobody.

        Raises:
            Denied: nobody who may.
        """
        if not self._tokens.is_configured and self.keyring.has_none:
            _check_local(connection)
            return _OPEN
        return self.keyring.last_known(_credential(connection, {}))

    async def _caller(self, connection: HTTPConnection, params: Mapping[str, Any]) -> Caller:
        is_open = False
        if not self._tokens.is_configured:  # tokens of users are checked without a database
            if self.keyring.is_stale:
                await self.keyring.catch_up()
            is_open = self.keyring.is_empty
        self._check_place(connection, is_open)
        if is_open:
            return _OPEN
        if connection.scope["query_string"] and not _IN_ADDRESSES.isdisjoint(
            name.lower() for name in connection.query_params
        ):
            raise _unauthenticated(
                "credentials in an address are refused; send a header", "credentials in its address"
            )
        credential = _credential(connection, params)
        if credential.startswith(PREFIX):
            caller = await self.keyring.caller(credential)
            if caller is None:
                raise _unauthenticated("the key is not valid", "its key")
            return caller
        return await self._user(credential)

    def is_valid(self, caller: Caller) -> bool:
        """Whether a caller's key or token is still valid.

        Raises:
            Overloaded: it is a key, and the database has not told of the keys for a while.
        """
        if caller.key_id is not None:
            if self.keyring.is_stale:
                raise Overloaded(DATABASE_AWAY)
            return self.keyring.is_valid(caller.key_id)
        if caller.expires_at is not None:
            return time.time() < caller.expires_at
        return not self._tokens.is_configured and self.keyring.has_none

    def _check_place(self, connection: HTTPConnection, is_open: bool) -> None:
        """Refuse what comes from where it may not come from; noted of a head that passes."""
        notes, client = connection.scope.get(NOTES), connection.scope.get("client")
        place = is_open, client and client[0]
        if notes is not None and notes.get(_PASSED) == place:
            return
        if is_open:
            _check_local(connection)
        self._check_origin(connection, is_open)
        if notes is not None:
            notes[_PASSED] = place

    def _check_origin(self, connection: HTTPConnection, is_open: bool) -> None:
        """Refuse pages of other origins what changes something; WebSockets have asked already.

        With credentials, a page that its browser says is ours is: a proxy may have changed the
        Host. Without any, nothing but the Host tells whose page it is.
        """
        scope = connection.scope
        if scope.get("method", "GET") in _READING:
            return
        if is_foreign(scope, self._origins, believes_site=not is_open):
            raise _forbidden(
                "a page of another origin may change nothing; TRAILMARK_CORS_ORIGINS names those "
                "that may",
                "its Origin",
            )

    async def _user(self, token: str) -> Caller:
        try:
            claims = await self._tokens.claims(token)
            alias = user_alias(claims.user_id, self._identity)
        except BadToken as bad:
            raise Denied(401, Code.UNAUTHENTICATED, str(bad), _BEARER) from None
        except BadId:
            self._tokens.tell_refused("sub")
            message = "the token's `sub` is no user id"
            raise Denied(401, Code.UNAUTHENTICATED, message, _BEARER) from None
        return Caller(alias, frozenset({Scope.USER}), expires_at=claims.expires_at)


async def watch(access: Access, engine: Engine) -> None:
    """Keep the keys fresh, and end the streams of those whose key or token has ended.

    Those of all keys end while nobody can tell whether they have.
    """
    away = Denied(503, Code.OVERLOADED, DATABASE_AWAY)
    message = "the key or token is no longer valid"
    ended = Denied(401, Code.UNAUTHENTICATED, message, _BEARER)
    while True:
        await asyncio.sleep(FRESH_S)
        try:
            await access.keyring.refresh()
        except Exception:
            log.exception("the keys cannot be read")
        if access.keyring.is_stale:
            engine.end_streams(lambda caller: caller.key_id is not None, away)
        engine.end_streams(partial(_has_ended, access), ended)


def _has_ended(access: Access, caller: Caller) -> bool:
    """Whether it is known that a caller's key or token has ended."""
    try:
        return not access.is_valid(caller)
    except Overloaded:
        return False


def _credential(connection: HTTPConnection, params: Mapping[str, Any]) -> str:
    """The key or token that came along, as parameters of a WebSocket or in a header."""
    given = [value for name, value in params.items() if name.lower() == "authorization"]
    given = given or connection.headers.getlist("authorization")
    if not given:
        message = "a key or a user token is needed: `Authorization: Bearer …`"
        raise _unauthenticated(message, "want of credentials")
    scheme, _, credential = str(given[0]).strip().partition(" ")
    if len(given) > 1 or scheme.lower() != "bearer" or not credential.strip():
        raise _unauthenticated("allowed is one `Authorization: Bearer …`", "its Authorization")
    return credential.strip()


def _check_local(connection: HTTPConnection) -> None:
    """Refuse other machines, their proxies, and pages whose host names resolve to this machine."""
    scope = connection.scope
    for name, _ in scope["headers"]:
        if name in _FORWARDED or name.startswith(b"x-forwarded"):
            forwarded = name[:64].decode("latin-1")
            message = f"no credentials are configured, and the header {forwarded} is not local"
            raise _forbidden(message, "a header that proxies add")
    client = scope.get("client")
    if client is not None and not is_loopback(client[0]):
        message = "no credentials are configured: only this machine may call"
        raise _forbidden(message, "coming from another machine")
    if not names_loopback(host_of(scope)):
        message = "no credentials are configured: the Host must be a loopback address"
        raise _forbidden(message, "its Host")


class _Refusal(Denied):
    """A caller is refused for a fault that the log names; tokens have a log of their own."""

    def __init__(
        self,
        status: int,
        code: Code,
        message: str,
        *,
        fault: str,
        headers: Mapping[str, str] | None = None,
    ) -> None:
        super().__init__(status, code, message, headers)
        self.fault = fault


def _unauthenticated(message: str, fault: str) -> Denied:
    return _Refusal(401, Code.UNAUTHENTICATED, message, fault=fault, headers=_BEARER)


def _forbidden(message: str, fault: str) -> Denied:
    return _Refusal(403, Code.FORBIDDEN, message, fault=fault)
