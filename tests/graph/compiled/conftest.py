"""What tests of compiled operations leave behind, collected where its warnings are ignored."""

import gc
from collections.abc import Iterator

import pytest


@pytest.fixture(autouse=True)
def collected(request: pytest.FixtureRequest) -> Iterator[None]:
    """Coroutines that executors gave up go before the next test, which may not ignore them."""
    yield
    if request.node.get_closest_marker("filterwarnings"):
        gc.collect()
