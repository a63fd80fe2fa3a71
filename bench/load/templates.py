"""Requests as templates: fixed bytes with random users, posts and event ids where they go."""

import json
import os
import random
import re
from collections.abc import Callable
from dataclasses import dataclass

POSTS = 100
BATCH = 1_000
#: Events that a post is given, each with a weight of 0 or more.
ACTIONS = ("VIEW", "CLICK", "REPLY", "SHARE")
#: A list replaces its quotes too, so that a template is valid JSON.
_PLACEHOLDERS = re.compile(r'"<(posts|inputs)>"|<(user|post|event|action)>')


@dataclass(frozen=True)
class Request:
    """A request as a template, and a text that each answer to it holds.

    `<user>`, `<post>`, `<event>` and `<action>` stand for one value, `"<posts>"` for a JSON list of
    100 post ids, `"<inputs>"` for one of 1000 inputs of recordInteractions. Whatever has no body
    is a GET.
    """

    path: str
    body: str | None
    expect: str


class Values:
    """What templates are filled with: users and posts at random, event ids that never repeat."""

    def __init__(self, users: list[str], posts: list[str]) -> None:
        self._chance = random.Random()  # noqa: S311 (load, not secret)
        self._users, self._posts = users, posts
        self._run, self._count = os.urandom(6).hex(), 0

    def user(self) -> str:
        return self._users[int(self._chance.random() * len(self._users))]

    def post(self) -> str:
        return self._posts[int(self._chance.random() * len(self._posts))]

    def posts(self) -> str:
        return json.dumps(self._chance.choices(self._posts, k=POSTS))

    def event(self) -> str:
        self._count += 1
        return f"{self._run}-{self._count:08}"

    def action(self) -> str:
        return ACTIONS[self._count % len(ACTIONS)]

    def inputs(self) -> str:
        return json.dumps([self._input() for _ in range(BATCH)])

    def _input(self) -> dict[str, str]:
        return {
            "userAlias": self.user(),
            "action": self.action(),
            "postId": self.post(),
            "eventId": self.event(),
        }


def maker(request: Request, values: Values) -> Callable[[], bytes]:
    """A function that makes the bytes of one more such request each time."""
    path = _filled(request.path, values)
    host = "HTTP/1.1\r\nHost: 127.0.0.1\r\n"
    if request.body is None:
        return lambda: f"GET {path()} {host}\r\n".encode()
    body = _filled(request.body, values)
    head = f"POST {request.path} {host}Content-Type: application/json\r\nContent-Length: "

    def post() -> bytes:
        sent = body()
        return f"{head}{len(sent)}\r\n\r\n{sent}".encode()

    return post


def parts(template: str) -> list[str]:
    """A template as it comes apart: `=` before what is literal, `<` before the name of a value."""
    found: list[str] = []
    start = 0
    for found_at in _PLACEHOLDERS.finditer(template):
        found += ["=" + template[start : found_at.start()], "<" + (found_at[1] or found_at[2])]
        start = found_at.end()
    return [*found, "=" + template[start:]] if template else found


def _filled(template: str, values: Values) -> Callable[[], str]:
    """A function that fills a template; all of it is ASCII."""
    values_of = [
        part[1:].__str__ if part[0] == "=" else getattr(values, part[1:])
        for part in parts(template)
    ]
    return lambda: "".join([value() for value in values_of])
