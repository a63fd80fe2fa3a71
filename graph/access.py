"""Access: who a request comes from, by its key or token, or by where it comes from."""

import asyncio
import ipaddress
import logging
import time
from collections.abc import Mapping
from functools import lru_cache
from typing import Any
from urllib.parse import urlsplit

from starlette.requests import HTTPConnection

from graph.codes import Code
from graph.transport.engine import Engine
from graph.transport.parties import Denied
from graph.transport.requests import header
from graph.usertokens import BadToken, UserTokens
from resolvers.caller import Caller, Scope
from resolvers.identity import Identity
from resolvers.keys import FRESH_S, PREFIX, Keyring
from resolvers.targets import BadId, user_alias

log = logging.getLogger(__name__)

_OPEN = Caller()
_FORWARDED = (b"forwarded", b"x-real-ip")
_IN_ADDRESSES = {"access_token", "api_key", "apikey", "authorization", "jwt", "key", "token"}


class Access:
    """Tells callers apart.

    Where neither a key was ever made nor tokens are configured, everyone on this machine may do
    everything, and nobody else anything.
    """

    def __init__(self, keyring: Keyring, tokens: UserTokens, identity: Identity) -> None:
        self.keyring = keyring
        self._tokens = tokens
        self._identity = identity

    @property
    def is_open(self) -> bool:
        """Whether no credentials are configured."""
        return not self._tokens.is_configured and self.keyring.is_empty

    async def caller(self, connection: HTTPConnection, params: Mapping[str, Any]) -> Caller:
        """Who is calling; `params` are what a WebSocket was initialised with.

        Raises:
            Denied: nobody who may.
        """
        if not self._tokens.is_configured:
            await self.keyring.catch_up()  # users need no database to be known by their tokens
        if self.is_open:
            _check_local(connection)
            return _OPEN
        if connection.scope["query_string"] and not _IN_ADDRESSES.isdisjoint(
            name.lower() for name in connection.query_params
        ):
            raise _unauthenticated("credentials in an address are refused; send a header")
        credential = _credential(connection, params)
        if credential.startswith(PREFIX):
            caller = await self.keyring.caller(credential)
            if caller is None:
                raise _unauthenticated("the key is not valid")
            return caller
        return await self._user(credential)

    def is_valid(self, caller: Caller) -> bool:
        """Whether a caller who was let in would be let in still."""
        if caller.key_id is not None:
            return self.keyring.is_valid(caller.key_id)
        if caller.expires_at is not None:
            return time.time() < caller.expires_at
        return not self._tokens.is_configured and self.keyring.has_none

    async def _user(self, token: str) -> Caller:
        try:
            claims = await self._tokens.claims(token)
            alias = user_alias(claims.user_id, self._identity)
        except BadToken as bad:
            raise _unauthenticated(str(bad)) from None
        except BadId:
            raise _unauthenticated("the token's `sub` is no user id") from None
        return Caller(alias, Scope.USER, expires_at=claims.expires_at)


async def watch(access: Access, engine: Engine) -> None:
    """Keep the keys fresh, and end the streams of those whose key or token has ended."""
    ended = _unauthenticated("the key or token is no longer valid")
    while True:
        await asyncio.sleep(FRESH_S)
        try:
            await access.keyring.refresh()
        except Exception:
            log.exception("the keys cannot be read")
        engine.end_streams(lambda caller: not access.is_valid(caller), ended)


def _credential(connection: HTTPConnection, params: Mapping[str, Any]) -> str:
    """The key or token that came along, as parameters of a WebSocket or in a header."""
    given = [value for name, value in params.items() if name.lower() == "authorization"]
    given = given or connection.headers.getlist("authorization")
    if not given:
        raise _unauthenticated("a key or a user token is needed: `Authorization: Bearer …`")
    scheme, _, credential = str(given[0]).strip().partition(" ")
    if len(given) > 1 or scheme.lower() != "bearer" or not credential.strip():
        raise _unauthenticated("allowed is one `Authorization: Bearer …`")
    return credential.strip()


def _check_local(connection: HTTPConnection) -> None:
    """Hold off other machines, their proxies, and pages whose names were pointed at this one."""
    scope = connection.scope
    for name, _ in scope["headers"]:
        if name in _FORWARDED or name.startswith(b"x-forwarded"):
            forwarded = name.decode("latin-1")
            message = f"no credentials are configured, and the header {forwarded} is not local"
            raise _forbidden(message)
    client = scope.get("client")
    if client is not None and not is_loopback(client[0]):
        raise _forbidden("no credentials are configured: only this machine may call")
    if not _names_loopback(header(scope, b"host")):
        raise _forbidden("no credentials are configured: the Host must be a loopback address")


@lru_cache(256)
def _names_loopback(host: str) -> bool:
    try:
        name = urlsplit(f"//{host}").hostname or ""
    except ValueError:
        return False
    return is_loopback(name)


@lru_cache(256)
def is_loopback(host: str) -> bool:
    """Whether a name or an address stands for this machine alone."""
    if host == "localhost" or host.endswith(".localhost"):
        return True
    try:
        address = ipaddress.ip_address(host)
        return (getattr(address, "ipv4_mapped", None) or address).is_loopback
    except ValueError:
        return False


def _unauthenticated(message: str) -> Denied:
    return Denied(401, Code.UNAUTHENTICATED, message, {"WWW-Authenticate": "Bearer"})


def _forbidden(message: str) -> Denied:
    return Denied(403, Code.FORBIDDEN, message)
