"""Trusted documents in an engine: prepared and compiled before they are asked for, and kept."""

import hashlib

import pytest

from graph.schema.schema import build
from graph.transport.documents.documents import CACHED, CACHED_LENGTH, Documents
from graph.transport.documents.limits import Limits
from graph.transport.documents.trusted import BadDocuments, TrustedDocuments
from graph.transport.engine import Engine
from tests.support.shared.documents import plain_schema

GOOD = 'query Post { post(id: "p") { postId } }'
DIGEST = hashlib.sha256(GOOD.encode()).hexdigest()


def test_all_that_is_wrong_is_told_at_once() -> None:
    """Each by its id: what does not fit the schema, is beyond a limit, or is no document."""
    by_id = {
        "good": GOOD,
        "field": "{ nothing }",
        "deep": "{ a" * 100 + " }" * 100,
        "syntax": "{",
    }

    with pytest.raises(BadDocuments) as caught:
        Documents(plain_schema(), Limits(), True).trust(TrustedDocuments(by_id))

    lines = str(caught.value).splitlines()
    assert [line.partition(":")[0] for line in lines] == ["deep", "field", "syntax"]
    assert lines[1] == "field: Cannot query field 'nothing' on type 'Query'."


@pytest.mark.parametrize("id", ["sha256:of-another-print", "sha256:" + DIGEST, DIGEST])
def test_an_id_may_begin_as_a_digest_does(id: str) -> None:
    """A manifest's own ids count as they are: compilers may digest another print of the text."""
    trusted = TrustedDocuments({"sha256:of-another-print": GOOD, DIGEST: GOOD})

    assert trusted.named(id) == GOOD


async def test_a_trusted_document_is_never_dropped() -> None:
    """However many others come, and however long it is itself."""
    long = GOOD + " " * CACHED_LENGTH
    documents = Documents(plain_schema(), Limits(), True)
    documents.trust(TrustedDocuments({"good": GOOD, "long": long}))
    prepared = documents.cached(GOOD), documents.cached(long)

    for number in range(CACHED // CACHED_LENGTH + 1):
        await documents.prepare(f"query Q{number} {{ __typename }}" + " " * (CACHED_LENGTH - 50))

    assert all(prepared)
    assert (documents.cached(GOOD), documents.cached(long)) == prepared


def test_a_trusted_operation_is_compiled_before_it_is_asked_for() -> None:
    """The first caller gets the plan that others get the second time."""
    engine = Engine(build(), lambda _: None, trusted=TrustedDocuments({"good": GOOD}))
    prepared = engine.documents.cached(GOOD)
    assert engine.plans is not None
    assert prepared is not None
    engine.plans._work.__self__.shutdown()  # type: ignore[attr-defined]  # waits for its thread

    (operation,) = prepared.operations

    assert engine.plans.bind(prepared.document, operation, {}) is not None
