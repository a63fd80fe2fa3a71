"""Addresses of PostgreSQL, as people and hosters write them: what they say, for asyncpg."""

import ssl
from collections.abc import Mapping
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, unquote, urlencode

OPTIONS = (
    "host",
    "port",
    "user",
    "password",
    "dbname",
    "sslmode",
    "sslrootcert",
    "sslcert",
    "sslkey",
    "sslpassword",
    "sslcrl",
    "sslnegotiation",
    "channel_binding",
    "target_session_attrs",
    "options",
    "connect_timeout",
    "application_name",
    "gssencmode",
    "pgbouncer",
)
"""What may follow the question mark."""

SSL_MODES = ("disable", "allow", "prefer", "require", "verify-ca", "verify-full")
SESSION_ATTRIBUTES = ("any", "primary", "standby", "read-write", "read-only", "prefer-standby")
PORT = 5432

_TLS = ("sslmode", "sslrootcert", "sslcert", "sslkey", "sslpassword", "sslcrl", "sslnegotiation")
_FILES = {"sslrootcert", "sslcert", "sslkey", "sslcrl"}
_ENCRYPTED = ("require", "verify-ca", "verify-full")


class BadDatabaseUrl(ValueError):
    """The URL names no database the server can use; the message never holds its password."""


def postgres_credentials(address: str) -> dict[str, Any]:
    """What asyncpg connects by, of an address without its scheme: `user:password@host:port/name`.

    Of several hosts the first that can be written to is taken, unless `target_session_attrs` says
    otherwise.

    Raises:
        BadDatabaseUrl: it is no address that can be used.
    """
    authority, _, rest = address.partition("?")[0].partition("/")
    options = _options(address.partition("?")[2])
    login, _, hosts = authority.rpartition("@")
    user, _, password = login.partition(":")
    database = options.get("dbname") or unquote(rest)
    if not database.strip("/"):
        raise BadDatabaseUrl("needs a database name, as in postgres://localhost/trailmark")
    credentials: dict[str, Any] = {"database": database}
    credentials |= _hosts(options.get("host") or hosts, options.get("port", ""))
    if user := options.get("user") or unquote(user):
        credentials["user"] = user
    if password := options.get("password") or unquote(password):
        credentials["password"] = password
    if "options" in options:
        credentials["server_settings"] = {"options": options["options"]}
    several = isinstance(credentials.get("host"), list)
    if attributes := options.get("target_session_attrs", "read-write" if several else ""):
        credentials["target_session_attrs"] = attributes
    return credentials | _tls(options)


def shown_address(credentials: Mapping[str, Any]) -> str:
    """The address that credentials came from, without its password and options."""
    user = f"{credentials['user']}@" if "user" in credentials else ""
    hosts, ports = credentials.get("host", ""), credentials.get("port", PORT)
    if not isinstance(hosts, list):
        hosts, ports = [hosts], [ports]
    places = ",".join(f"{host}:{port}" for host, port in zip(hosts, ports, strict=True))
    return f"postgres://{user}{places}/{credentials['database']}"


def _options(query: str) -> dict[str, str]:
    options = dict(parse_qsl(query, keep_blank_values=True))
    for name in options:
        if name not in OPTIONS:
            raise BadDatabaseUrl(f"has {name[:64]!r}; allowed after ? are {', '.join(OPTIONS)}")
    for name, allowed in (
        ("sslmode", SSL_MODES),
        ("target_session_attrs", SESSION_ATTRIBUTES),
        ("channel_binding", ("disable", "prefer", "require")),
        ("gssencmode", ("disable", "prefer")),
    ):
        value = options.get(name)
        if value is not None and value not in allowed:
            raise BadDatabaseUrl(f"has {name}={value[:64]!r}; allowed are {', '.join(allowed)}")
    return options


def _hosts(hosts: str, ports: str) -> dict[str, Any]:
    """The host and port, or lists of several; what is left out is asyncpg's to find."""
    names, numbers = [], []
    for position, each in enumerate(hosts.split(",")):
        given = ports.split(",")[min(position, ports.count(","))]
        name, number = _host_and_port(each)
        names.append(name)
        numbers.append(_port(number or given))
    if names == [""]:
        return {"port": numbers[0]} if ports else {}
    if "" in names:
        raise BadDatabaseUrl("lacks a host between two commas")
    return {"host": names, "port": numbers} if len(names) > 1 else _one(names[0], numbers[0])


def _one(name: str, number: int) -> dict[str, Any]:
    return {"host": name, "port": number}


def _host_and_port(text: str) -> tuple[str, str]:
    if text.startswith("["):  # an address of IPv6
        name, closed, number = text[1:].partition("]")
        if not closed:
            raise BadDatabaseUrl("has a host that begins with [ and does not end with ]")
        return name, number.removeprefix(":")
    if text.startswith("/"):  # a folder of sockets
        return text, ""
    name, _, number = text.partition(":")
    return unquote(name), number


def _port(text: str) -> int:
    if not text:
        return PORT
    if not text.isdecimal() or not 1 <= int(text) <= 65_535:
        raise BadDatabaseUrl(f"has the port {text[:64]!r}; allowed are 1 to 65535")
    return int(text)


def _tls(options: Mapping[str, str]) -> dict[str, Any]:
    """How the connection is encrypted: asyncpg reads the files that are named from a DSN alone."""
    tls = {name: options[name] for name in _TLS if name in options}
    for name in _FILES & tls.keys():
        if tls[name] != "system" and not Path(tls[name]).is_file():
            raise BadDatabaseUrl(f"has {name}={tls[name][:64]!r}; allowed is a file that is there")
    if options.get("channel_binding") == "require" and tls.get("sslmode") not in _ENCRYPTED:
        # asyncpg cannot bind to the channel; that it is encrypted is the least of what is asked.
        tls["sslmode"] = "require"
    if tls.get("sslrootcert") == "system":
        return {"ssl": ssl.create_default_context()}
    if not tls:
        return {}
    if tls.keys() == {"sslmode"}:
        return {"ssl": tls["sslmode"]}
    return {"dsn": f"postgres:///?{urlencode(tls)}"}
