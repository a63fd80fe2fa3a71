"""What tests of the API are given beside: a server with users of every privacy level."""

from collections.abc import AsyncIterator

import pytest

from models.vocabulary import PrivacyLevel
from resolvers.scoring import Scoring
from resolvers.verifying import Verification, verify
from tests.client import Caller
from tests.conftest import SECRET
from tests.levels import set_level


@pytest.fixture
async def server(caller: Caller) -> AsyncIterator[Caller]:
    """A caller of a server on which Lea and Leo are LIMITED and Nora is NONE.

    Whatever was done, the totals and scores are those of rows and folded parts.
    """
    for user, level in (("lea", "LIMITED"), ("leo", "LIMITED"), ("nora", "NONE")):
        await set_level(caller.url, SECRET, user, PrivacyLevel[level])
    yield caller
    assert [str(difference) async for difference in verify(Verification(), Scoring())] == []
