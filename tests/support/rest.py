"""What tests of the REST API ask, and what they expect as answers."""

import json
from typing import Any

from tests.support.client import Caller
from tests.support.pasts import alias

ANN, BOB = alias("ann"), alias("bob")
NOON = "2026-11-20T12:00:00.000Z"
INTERACTIONS, PRIVACY = "/api/v1/interactions", "/api/v1/privacy"


async def get(caller: Caller, path: str, **params: Any) -> dict[str, Any]:
    """The answer to a GET that must not fail."""
    answer = await caller.http.get(path, params=params or None)
    assert answer.status_code == 200, answer.text
    assert answer.headers["content-type"] == "application/json"
    told: dict[str, Any] = answer.json()
    return told


async def post(caller: Caller, path: str, status: int = 200, **body: Any) -> dict[str, Any]:
    """The answer to a POST, which has this status."""
    answer = await caller.http.post(path, json=body)
    assert answer.status_code == status, answer.text
    assert answer.headers["content-type"] == "application/json"
    told: dict[str, Any] = answer.json()
    return told


async def record(caller: Caller, **body: Any) -> dict[str, Any]:
    """Record an interaction of Ann's with p, a view unless it says otherwise."""
    given = {"post_id": "p", "action_type": "view", **body}
    if "user_alias" not in given:
        given.setdefault("user_id", "ann")
    return await post(caller, INTERACTIONS, **given)


async def act(caller: Caller, **body: Any) -> dict[str, Any]:
    """Record an activity of Ann's, a vibe with p unless it says otherwise."""
    given = {"user": "ann", "activity_type": "vibe", "target": "p", **body}
    return await post(caller, "/activities/", 201, **given)


async def exported(caller: Caller, **params: str) -> list[dict[str, Any]]:
    """The lines of an export, of Ann's if it does not say whose."""
    answer = await caller.http.get("/export", params=params or {"user_id": "ann"})
    assert answer.status_code == 200, answer.text
    assert answer.headers["content-type"] == "application/x-ndjson"
    lines = [json.loads(line) for line in answer.text.splitlines()]
    return [line for line in lines if line["type"] != "engaged_post"]  # made a little later
