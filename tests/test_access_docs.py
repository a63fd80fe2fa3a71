"""docs/access.md: the code that it shows does what the server does."""

import asyncio
import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from graph.access.user_tokens import UserTokens
from resolvers.identity import Identity

ACCESS = (Path(__file__).parents[1] / "docs" / "access.md").read_text("utf-8")
TOKENS, ALIASES = ACCESS.split("\n## ")[-2:]
SECRET = "more than 32 bytes: Grüße, 漢字, and so on"  # noqa: S105 - of these tests alone
USERS = ["ann", "1", "Zoë Müller", "漢字 🎉", "ann@example.org", "x" * 255]
PROGRAMS = {
    "python": [sys.executable, "-"],
    "js": ["node", "--input-type=module", "-"],
    "sh": ["bash"],
}
NEEDED = {"python": sys.executable, "js": "node", "sh": "openssl"}


@pytest.mark.parametrize("user", USERS)
@pytest.mark.parametrize("language", ["python", "js", "sh"])
def test_an_alias_that_is_computed_as_shown_is_the_servers(language: str, user: str) -> None:
    """In each language, for ids and a secret beyond ASCII as well."""
    computed = _run(ALIASES, language, user)

    assert computed == Identity(SECRET).alias(user)


@pytest.mark.parametrize("user", USERS)
@pytest.mark.parametrize("language", ["python", "js"])
def test_a_user_token_that_is_made_as_shown_is_taken(language: str, user: str) -> None:
    """The server reads from it whose it is."""
    token = _run(TOKENS, language, user)

    assert asyncio.run(UserTokens(SECRET).claims(token)).user_id == user


def _run(part: str, language: str, user: str) -> str:
    """What the code of a language prints, with a user's id in place of its example's."""
    if shutil.which(NEEDED[language]) is None:
        pytest.skip(f"{NEEDED[language]} is not installed")
    code: str
    (code,) = re.findall(rf"^```{language}\n(.*?)^```", part, re.DOTALL | re.MULTILINE)
    assert code.count('"ann"') == 1

    printed: str = subprocess.run(
        PROGRAMS[language],
        input=code.replace('"ann"', json.dumps(user, ensure_ascii=False)),
        capture_output=True,
        text=True,
        check=True,
        env={**os.environ, "TRAILMARK_SECRET": SECRET, "TRAILMARK_TOKEN_SECRET": SECRET},
    ).stdout

    return printed.strip()
