"""Ranks: the same whether few are asked for or many."""

from models.database.database import Database
from models.reading.rankings import FEW
from models.vocabulary import SubjectKind
from resolvers.scoring.ranked import ranks
from tests.support.sql import run

# Whose rank key is how high, best first; the last one has no interactions left, and no rank.
KEYS = {"a": "-3", "b": "-2", "c": "-2", "d": "-1", "e": "0", "f": "1", "none": None}
LIMIT = 5


async def test_ranks_are_the_same_for_few_and_for_many(database_url: str) -> None:
    """Ties go by alias; who is beyond the limit, or has no interactions, has no rank."""
    for alias, key in KEYS.items():
        if key is not None:
            columns = "(subject_kind, subject_id, rank_key)"
            await run(database_url, f"INSERT INTO ranks {columns} VALUES (0, '{alias}', {key})")
    async with Database.at(database_url).reading():
        everyone = await ranks(SubjectKind.USER, [*KEYS, "unknown"], LIMIT)
        alone = [await ranks(SubjectKind.USER, [alias], LIMIT) for alias in KEYS]
        few = await ranks(SubjectKind.USER, ["f", "none", "b"], LIMIT)

    assert len(KEYS) > FEW
    assert everyone == {"a": 1, "b": 2, "c": 3, "d": 4, "e": 5}
    assert alone == [{"a": 1}, {"b": 2}, {"c": 3}, {"d": 4}, {"e": 5}, {}, {}]
    assert few == {"b": 2}
