"""Asking a server over HTTP: what answers look like, whatever they answer, and that they come."""

import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from typing import Any

import httpx

ANSWER_S = 15.0
STALL_S = 2.0
CODES = {"BAD_USER_INPUT", "TOO_COMPLEX", "NOT_FOUND", "FORBIDDEN"}
JSON_FORM = "application/json"
GRAPHQL_FORM = "application/graphql-response+json"
FORMS = (JSON_FORM, GRAPHQL_FORM)


def answer(http: httpx.Client, asked: bytes, form: str) -> dict[str, Any]:
    """The body of the answer to a body: never a fault, never dropped, and in the form asked for.

    It has data unless nothing was executed, and then errors without paths alone; for clients that
    know GraphQL's own form, the status tells that too.
    """
    headers = {"Content-Type": JSON_FORM, "Accept": form}
    response = http.post("/graphql", content=asked, headers=headers)

    shown = f"{response.status_code} {response.text[:2000]} to {asked[:4000]!r}"
    assert response.status_code in (200, 400, 413), shown
    assert response.headers["content-type"] == f"{form}; charset=utf-8", shown
    body: dict[str, Any] = response.json()
    errors = body.get("errors", [])
    assert {error["extensions"]["code"] for error in errors} <= CODES, shown
    executed = "errors" not in body or any("path" in error for error in errors)
    assert body.keys() - {"errors"} == ({"data"} if executed else set()), shown
    assert form == JSON_FORM or executed == (response.status_code == 200), shown
    return body


@contextmanager
def watched(url: str) -> Iterator[None]:
    """Hold that another client, who asks again and again meanwhile, never waits for long."""
    ended, waits = threading.Event(), list[float]()

    def watch() -> None:
        with httpx.Client(base_url=url, timeout=ANSWER_S) as http:
            while not ended.wait(0.01):
                begun = time.monotonic()
                assert http.get("/healthz").status_code == 200
                waits.append(time.monotonic() - begun)

    with ThreadPoolExecutor(1) as pool:
        watching = pool.submit(watch)
        try:
            yield
        finally:
            ended.set()
        watching.result()
    assert max(waits) < STALL_S
