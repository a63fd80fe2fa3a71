"""Who and what a database knows: the users and posts that requests are about."""

from models.database.database import Database, fetch
from models.vocabulary import SubjectKind

_KNOWN = "SELECT subject_id FROM scores WHERE subject_kind = $1 ORDER BY subject_id LIMIT $2"


async def subjects(database: Database, users: int, posts: int) -> tuple[list[str], list[str]]:
    """The aliases and post ids in the database, at most so many of each."""
    async with database.reading():
        return await _some(SubjectKind.USER, users), await _some(SubjectKind.POST, posts)


async def _some(kind: SubjectKind, count: int) -> list[str]:
    return [row[0] for row in map(tuple, await fetch(_KNOWN, (int(kind), count)))]
