"""What /metrics tells of a server that was used, over either database."""

import re

import pytest

from graph.metrics.catalog import CATALOG, Kind
from models.vocabulary import ActionType
from tests.support.client import COUNTS, Caller
from tests.support.metrics.scraping import scrape
from tests.support.pasts import alias

BAD = "query Bad { nothing }"
FORMATS = {
    "text/plain": "text/plain; version=0.0.4",
    "application/openmetrics-text; version=1.0.0": "application/openmetrics-text; version=1.0.0",
}


async def test_recordings_are_counted_by_what_became_of_them(caller: Caller) -> None:
    """By action and outcome; what was rejected by the codes of its errors."""
    await caller.record(userId="ann", action="FAVORITE", postId="p")
    await caller.record(userId="ann", action="FAVORITE", postId="p")
    await caller.outcomes(
        {"userId": "ann", "action": "VIEW", "postId": "p"},
        {"userId": "ann", "action": "VIEW", "postId": ""},
    )

    told = await scrape(caller.http)

    inputs = "trailmark_inputs_total"
    assert told.number(inputs, action="FAVORITE", outcome="CREATED") == 1
    assert told.number(inputs, action="FAVORITE", outcome="UNCHANGED") == 1
    assert told.number(inputs, action="VIEW", outcome="CREATED") == 1
    assert told.number(inputs, action="VIEW", outcome="REJECTED") == 1
    assert told.number(inputs) == 4
    assert told.number("trailmark_input_errors_total", code="INVALID") == 1
    assert told.number("trailmark_batch_inputs_sum") == 3
    assert told.number("trailmark_batch_inputs_count") == 3
    assert told.number("trailmark_commit_seconds_count") == 3
    assert told.number("trailmark_writer_waiting_inputs") == 0
    assert told.number("trailmark_stored_interactions") == 2


async def test_operations_are_counted_and_timed(caller: Caller) -> None:
    """By name once that has come often, by kind and outcome; what was no operation by its code."""
    for _ in range(21):
        await caller.data(COUNTS, id="p")
    await caller.data("{ __typename }")
    await caller.errors(BAD)
    await caller.errors(
        "query Counts($id: ID!) { user(id: $id) { interactions(first: 200) { nodes { id } } } }",
        id="a",
    )

    told = await scrape(caller.http)

    name = "trailmark_operations_total"
    assert told.number(name, kind="query", operation="other", outcome="ok") == 19
    assert told.number(name, kind="query", operation="Counts", outcome="ok") == 2
    assert told.number(name, kind="query", operation="unnamed", outcome="ok") == 1
    assert told.number(name, operation="Counts", outcome="BAD_USER_INPUT") == 1
    assert told.number("trailmark_refused_requests_total", code="BAD_USER_INPUT") == 1
    seconds = "trailmark_operation_seconds"
    assert told.number(f"{seconds}_count", operation="Counts") == 3
    assert told.number(f"{seconds}_bucket", operation="Counts", le="+Inf") == 3
    assert 0 < told.number(f"{seconds}_sum", operation="Counts") < 60


async def test_requests_of_the_rest_api_are_counted_by_route(caller: Caller) -> None:
    """Those that were refused before their route as requests, by their code."""
    body = {"user_id": "ann", "post_id": "p", "action_type": "favorite"}

    assert (await caller.http.post("/api/v1/interactions", json=body)).status_code == 200
    assert (
        await caller.http.post("/api/v1/interactions", json=body | {"post_id": ""})
    ).status_code == 400
    assert (await caller.http.get("/api/v1/nothing")).status_code == 404
    told = await scrape(caller.http)

    route = {"kind": "rest", "operation": "POST /api/v1/interactions"}
    assert told.number("trailmark_operations_total", outcome="ok", **route) == 1
    assert told.number("trailmark_operations_total", outcome="INVALID", **route) == 1
    assert told.number("trailmark_operation_seconds_count", **route) == 2
    assert told.number("trailmark_refused_requests_total", code="NOT_FOUND") == 1


async def test_all_that_the_catalog_names_is_told_as_it_says(caller: Caller) -> None:
    """Each metric with its kind, a meaning, and no other label; nothing else is told."""
    await caller.record(userId="ann", action="VIEW", postId="p")

    told = await scrape(caller.http)

    is_file = caller.url.startswith("sqlite")
    shown = [each for each in CATALOG if is_file or each.name != "trailmark_disk_free_bytes"]
    assert told.kinds == {each.name: each.kind.shown for each in shown}
    for metric in shown:
        name = f"{metric.name}_bucket" if metric.kind is Kind.HISTOGRAM else metric.shown_name
        assert told.labels[name] - {"le"} == set(metric.labels), name


async def test_no_label_tells_of_a_user_or_a_post(caller: Caller) -> None:
    """Nor does one hold what a client has chosen, but for names that come often."""
    for number in range(30):
        name = f"Of_ann_{number}"
        query = f'query {name} {{ user(id: "ann") {{ alias }} post(id: "secret") {{ postId }} }}'
        await caller.data(query)
    await caller.record(userId="ann", action="VIEW", postId="secret", eventId="event-1")
    await caller.http.get("/api/v1/interactions/user/ann")

    told = await scrape(caller.http)

    values = {value for _, labels, _ in told.samples for value in labels.values()}
    allowed = {*ActionType, "other", "unnamed"}
    suspicious = re.compile(rf"ann|secret|event-1|{alias('ann')}|u_[0-9a-f]{{16}}")
    assert [value for value in values - allowed if suspicious.search(value)] == []


async def test_the_database_and_the_process_are_told(caller: Caller) -> None:
    """How large and how busy they are, and since when."""
    await caller.record(userId="ann", action="VIEW", postId="p")

    told = await scrape(caller.http)

    assert told.number("trailmark_database_bytes") > 100_000
    assert told.number("trailmark_pool_limit") in (6, 8)
    assert told.number("trailmark_pool_connections") >= 1
    assert told.number("trailmark_workers") == told.number("trailmark_worker_starts_total") == 1
    assert told.number("process_resident_memory_bytes") > 1_000_000
    assert 0 <= told.number("trailmark_keys_age_seconds") < 60
    engine = "sqlite" if caller.url.startswith("sqlite") else "postgres"
    assert told.number("trailmark_build_info", database=engine) == 1


@pytest.mark.parametrize("accepted", FORMATS)
async def test_it_is_told_in_the_form_that_is_accepted(sqlite: Caller, accepted: str) -> None:
    """The text of Prometheus, or OpenMetrics; it is not cached."""
    answer = await sqlite.http.get("/metrics", headers={"Accept": accepted})

    assert answer.headers["content-type"].startswith(FORMATS[accepted])
    assert answer.headers["cache-control"] == "no-store"
    assert (await sqlite.http.post("/metrics")).status_code == 405
