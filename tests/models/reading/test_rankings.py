"""Ranks: the same whether few are asked for or many."""

from models.database.database import Database
from models.reading.rankings import FEW, ranks
from models.vocabulary import SubjectKind
from tests.support.sql import run

# Whose rank key is how high, best first; the last one has no interactions left.
KEYS = {"a": "-3", "b": "-2", "c": "-2", "d": "-1", "e": "0", "f": "1", "none": "'Infinity'"}
LIMIT = 5


async def test_ranks_are_the_same_for_few_and_for_many(database_url: str) -> None:
    """Ties go by alias; who is beyond the limit, or has no interactions, has no rank."""
    for alias, key in KEYS.items():
        count = 0 if alias == "none" else 1
        rank_key = "9e999" if database_url.startswith("sqlite") and count == 0 else key
        await run(
            database_url,
            "INSERT INTO scores (subject_kind, subject_id, count, positive, negative, rank_key)"
            f" VALUES (0, '{alias}', {count}, '', '', {rank_key})",
        )
    async with Database.at(database_url).reading():
        everyone = await ranks(SubjectKind.USER, [*KEYS, "unknown"], LIMIT)
        alone = [await ranks(SubjectKind.USER, [alias], LIMIT) for alias in KEYS]
        few = await ranks(SubjectKind.USER, ["f", "none", "b"], LIMIT)

    assert len(KEYS) > FEW
    assert everyone == {"a": 1, "b": 2, "c": 3, "d": 4, "e": 5}
    assert alone == [{"a": 1}, {"b": 2}, {"c": 3}, {"d": 4}, {"e": 5}, {}, {}]
    assert few == {"b": 2}
