"""Addresses: with more slashes or fewer, unknown ones, and methods that are none of theirs."""

import pytest

from tests.support.client import Caller
from tests.support.rest import INTERACTIONS, PRIVACY, get, post

WAYS = ("GET", "POST", "DELETE")


async def test_addresses_do_with_and_without_a_slash_at_the_end(caller: Caller) -> None:
    """Nothing is redirected, for that would lose the body."""
    told = await post(caller, f"{INTERACTIONS}/", user_id="ann", post_id="p", action_type="view")

    assert told["status"] == "success"
    assert (await get(caller, f"{INTERACTIONS}/p/"))["post_id"] == "p"
    assert (await get(caller, "/activities"))["count"] == 1


@pytest.mark.parametrize("slashes", ["//", "////"])
async def test_slashes_before_an_address_are_taken_as_one(caller: Caller, slashes: str) -> None:
    """As of clients whose base URL ends with one."""
    host = f"http://127.0.0.1{slashes}"
    body = {"user_id": "ann", "post_id": "p", "action_type": "view"}

    answer = await caller.http.post(f"{host}api/v1/interactions", json=body)

    assert answer.json()["status"] == "success"
    assert (await get(caller, f"{host}activities/"))["count"] == 1


@pytest.mark.parametrize(
    "address",
    [
        "/api",
        "/api/",
        "/api/v1/nothing",
        f"{INTERACTIONS}/user/u_0/x",
        f"{INTERACTIONS}//p",
        f"{INTERACTIONS}/a/b",
        "/activities/7/",
        "/engagement/x",
        "/stats/x/y",
    ],
)
async def test_an_unknown_address_is_404(sqlite: Caller, address: str) -> None:
    """The answer says which there are."""
    answer = await sqlite.http.get(address)

    assert answer.status_code == 404
    assert answer.json()["error"].startswith("there is no such address; allowed are /activities/,")


@pytest.mark.parametrize(
    "address",
    ["/nothing", "/nothing/x/", "/api%2Fv1/privacy", "/healthz/x"],
)
@pytest.mark.parametrize("accept", ["*/*", "text/html"])
async def test_an_address_that_is_no_route_s_is_404(
    sqlite: Caller, address: str, accept: str
) -> None:
    """In the same form, whatever else the server serves, and to browsers too."""
    url = f"http://127.0.0.1{address}"

    answers = [await sqlite.http.request(way, url, headers={"Accept": accept}) for way in WAYS]

    assert {answer.status_code for answer in answers} == {404}
    assert [answer.json() for answer in answers] == [
        {"error": "there is no such address", "code": "NOT_FOUND"}
    ] * len(WAYS)


@pytest.mark.parametrize(
    ("method", "address", "allowed"),
    [
        ("GET", INTERACTIONS, "POST"),
        ("DELETE", f"{INTERACTIONS}/p", "GET, HEAD"),
        ("PUT", PRIVACY, "GET, HEAD, POST"),
        ("GET", f"{PRIVACY}/data", "DELETE"),
        ("POST", f"{PRIVACY}/data", "DELETE"),
        ("PATCH", "/activities/", "GET, HEAD, POST"),
        ("POST", "/activities/recent/", "GET, HEAD"),
        ("GET", "/engagement/recalculate/", "POST"),
        ("OPTIONS", "/stats/", "GET, HEAD"),
        ("TRACE", "/stats/", "GET, HEAD"),
    ],
)
async def test_another_method_is_405(
    sqlite: Caller, method: str, address: str, allowed: str
) -> None:
    """With the methods that there are, in the header too."""
    answer = await sqlite.http.request(method, address)

    assert answer.status_code == 405
    assert answer.headers["allow"] == allowed
    assert answer.json()["error"] == f"{method} is not allowed here; allowed are {allowed}"
