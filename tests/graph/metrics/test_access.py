"""Who may read /metrics: this machine without credentials, and else reading keys alone."""

import os
from pathlib import Path

import pytest

from resolvers import keys
from tests.support.access.callers import Guarded, make_key
from tests.support.client import Caller
from tests.support.metrics.scraping import scrape


async def test_without_credentials_it_is_open_to_this_machine_alone(sqlite: Caller) -> None:
    """Requests that a proxy forwards, or with another Host, are refused."""
    assert (await scrape(sqlite.http)).number("trailmark_workers") == 1
    for headers in ({"X-Forwarded-For": "10.0.0.1"}, {"Host": "example.com"}):
        assert (await sqlite.http.get("/metrics", headers=headers)).status_code == 403


@pytest.mark.parametrize(
    ("who", "status"),
    [("nobody", 401), ("tmk_000000000000_x", 401), ("record", 403), ("ann", 403)],
)
async def test_only_reading_keys_open_the_metrics(guarded: Guarded, who: str, status: int) -> None:
    """Users and recording keys are refused; a refusal says why, with a code."""
    refused = await guarded.http.get("/metrics", headers=guarded.headers(who))

    assert refused.status_code == status
    assert refused.json()["code"] == ("FORBIDDEN" if status == 403 else "UNAUTHENTICATED")
    for reader in ("read", "admin"):
        told = await scrape(guarded.http, guarded.headers(reader))
        assert told.number("trailmark_workers") == 1


async def test_refused_callers_are_counted(guarded: Guarded) -> None:
    """Whoever calls an operation without valid credentials, by the code."""
    await guarded.post("nobody", "{ __typename }")

    told = await scrape(guarded.http, guarded.headers("read"))

    assert told.number("trailmark_refused_requests_total", code="UNAUTHENTICATED") == 1


async def test_known_keys_open_it_while_the_database_is_away(
    guarded: Guarded, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Operations are refused by then, as a key may have been revoked."""
    file = tmp_path / "trailmark.db"
    os.rename(file, tmp_path / "moved.db")
    monkeypatch.setattr(keys, "STALE_S", -1.0)  # what is known of the keys is too old at once
    try:
        assert (await guarded.post("read", "{ __typename }")).codes == {"OVERLOADED"}
        told = await scrape(guarded.http, guarded.headers("read"))
        stranger = await guarded.http.get("/metrics", headers=guarded.headers("tmk_0_x"))
    finally:
        os.rename(tmp_path / "moved.db", file)

    assert told.number("trailmark_refused_requests_total", code="OVERLOADED") >= 1
    assert stranger.status_code == 503


async def test_a_key_that_is_made_later_opens_it_at_once(guarded: Guarded) -> None:
    """As it opens everything else."""
    key = await make_key(guarded.url, "read,record")

    assert (await scrape(guarded.http, {"Authorization": f"Bearer {key}"})).names
