"""Addresses of PostgreSQL as people and hosters write them."""

from typing import Any

import pytest

from models.database.addresses import BadDatabaseUrl, postgres_credentials
from models.database.database import Database


@pytest.mark.parametrize(
    ("address", "expected"),
    [
        ("localhost/app", {"database": "app", "host": "localhost", "port": 5432}),
        (
            "ann:p%40ss%2F@db.example:6432/my%20app",
            {
                "database": "my app",
                "host": "db.example",
                "port": 6432,
                "user": "ann",
                "password": "p@ss/",
            },
        ),
        ("[::1]:5433/app", {"database": "app", "host": "::1", "port": 5433}),
        (
            "ann@/app?host=/var/run/postgresql",
            {"database": "app", "host": "/var/run/postgresql", "port": 5432, "user": "ann"},
        ),
        (
            "%2Fvar%2Frun%2Fpostgresql/app",
            {"database": "app", "host": "/var/run/postgresql", "port": 5432},
        ),
        ("/app", {"database": "app"}),
        (
            "h/app?sslmode=require&channel_binding=require",
            {"database": "app", "host": "h", "port": 5432, "ssl": "require"},
        ),
        (
            "h/app?channel_binding=require",
            {"database": "app", "host": "h", "port": 5432, "ssl": "require"},
        ),
        (
            "h/app?sslmode=verify-full&sslrootcert=/etc/hostname",
            {
                "database": "app",
                "host": "h",
                "port": 5432,
                "dsn": "postgres:///?sslmode=verify-full&sslrootcert=%2Fetc%2Fhostname",
            },
        ),
        (
            "h/app?options=endpoint%3Dquiet-tree",
            {
                "database": "app",
                "host": "h",
                "port": 5432,
                "server_settings": {"options": "endpoint=quiet-tree"},
            },
        ),
        (
            "one,two:5433/app",
            {
                "database": "app",
                "host": ["one", "two"],
                "port": [5432, 5433],
                "target_session_attrs": "read-write",
            },
        ),
        (
            "one,two/app?target_session_attrs=primary",
            {
                "database": "app",
                "host": ["one", "two"],
                "port": [5432, 5432],
                "target_session_attrs": "primary",
            },
        ),
        (
            "h/app?connect_timeout=10&application_name=x&gssencmode=disable&pgbouncer=true",
            {"database": "app", "host": "h", "port": 5432},
        ),
        (
            "?host=one,two&port=1,2&user=ann&password=secret&dbname=app&target_session_attrs=any",
            {
                "database": "app",
                "host": ["one", "two"],
                "port": [1, 2],
                "user": "ann",
                "password": "secret",
                "target_session_attrs": "any",
            },
        ),
    ],
)
def test_an_address_is_understood(address: str, expected: dict[str, Any]) -> None:
    """Of several hosts, the first that can be written to is meant unless it says otherwise."""
    assert postgres_credentials(address) == expected
    assert Database.at(f"postgresql://{address}").credentials == expected


def test_an_address_is_shown_without_its_password() -> None:
    """As commands name the database that they work on."""
    database = Database.at("postgres://ann:secret@one,two:5433/app?sslmode=require")

    assert database.address == "postgres://ann@one:5432,two:5433/app"


@pytest.mark.parametrize(
    ("address", "message"),
    [
        ("localhost", "needs a database name, as in postgres://localhost/trailmark"),
        ("h:99999/app", "has the port '99999'; allowed are 1 to 65535"),
        ("h:x/app", "has the port 'x'; allowed are 1 to 65535"),
        ("[::1/app", "has a host that begins with [ and does not end with ]"),
        ("one,,two/app", "lacks a host between two commas"),
        (
            "h/app?sslmode=no-verify",
            "has sslmode='no-verify'; allowed are disable, allow, prefer, require, verify-ca, "
            "verify-full",
        ),
        (
            "h/app?sslmode=verify-full&sslrootcert=/no/such/file",
            "has sslrootcert='/no/such/file'; allowed is a file that is there",
        ),
        (
            "h/app?target_session_attrs=master",
            "has target_session_attrs='master'; allowed are any, primary, standby, read-write, "
            "read-only, prefer-standby",
        ),
    ],
)
def test_what_is_no_address_is_said_to_be_none(address: str, message: str) -> None:
    """The message says what is allowed."""
    with pytest.raises(BadDatabaseUrl) as raised:
        postgres_credentials(address)

    assert str(raised.value) == message


def test_an_option_that_is_unknown_is_named_and_no_password_is() -> None:
    """The message lists what is allowed."""
    with pytest.raises(BadDatabaseUrl) as raised:
        postgres_credentials("ann:secret@h/app?schema=public")

    assert str(raised.value).startswith("has 'schema'; allowed after ? are host, port, user,")
    assert "secret" not in str(raised.value)
