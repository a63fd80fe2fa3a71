"""The heads of lanes where they are distributed: each is read and moved on its own server."""

from models.database.postgres import Connection

_READ = "SELECT id, last_number FROM log_head"
_RAISE = "UPDATE log_head SET last_number = $1 WHERE id = {} AND last_number = $2"


async def raised(connection: Connection, seen: dict[int, int]) -> tuple[dict[int, int], int]:
    """The heads, after those that are as they were seen are set to the highest; how many it set.

    A lane that is being written is waited for, and then moves by itself.
    """
    heads = {row[0]: row[1] for row in await connection.fetch(_READ)}
    highest = max(heads.values(), default=0)
    number = 0
    for lane, last_number in sorted(heads.items()):
        if last_number < highest and seen.get(lane) == last_number:
            said = await connection.execute(_RAISE.format(lane), highest, last_number)
            if said == "UPDATE 1":
                heads[lane], number = highest, number + 1
    return heads, number
