"""The function that writes a lane's commit on the server that has the lane.

Citus refuses a statement that changes several tables. What it does is to run a function where its
lane is. deploy/citus/writing.sql is this text.
"""

from models.ledger.postgres_writing import WRITTEN_TABLES
from models.upserts import Upsert

TABLES = WRITTEN_TABLES
"""What a lane's commit writes, beside its head and whose ranks may change."""

NAME = "trailmark_write"

INTO_RANK_CHANGES = "INSERT INTO rank_changes (id, size, users, posts, lane)"
NUMBER = "(extract(epoch FROM clock_timestamp()) * 1000000)::bigint * 64"
"""What no other lane's change of ranks has, with the lane added: a lane's commits are in line."""


def place_of(upsert: Upsert) -> str:
    """The column that says in which lane a row is."""
    return "slot" if upsert.has_slots else "lane"


def into(upsert: Upsert, select: str) -> str:
    """The statement that takes rows from a SELECT, whose last column is the lane."""
    names = ", ".join((*upsert.columns, place_of(upsert)))
    key = ", ".join((*upsert.key, place_of(upsert)))
    changes = [f"{name} = excluded.{name}" for name in upsert.replaced]
    changes += [f"{name} = {upsert.table}.{name} + excluded.{name}" for name in upsert.added]
    done = f"UPDATE SET {', '.join(changes)}" if changes else "NOTHING"
    return f"INSERT INTO {upsert.table} ({names}) {select} ON CONFLICT ({key}) DO {done}"


def script() -> str:
    """What creates the function and has Citus run it where a lane is."""
    arguments = [("lane_", "smallint"), ("mark_", "bigint"), ("last_", "bigint")]
    arguments += [(f"{each.table}_", f"{each.row_type}[]") for each in TABLES]
    arguments += [("number_", "bigint"), ("commit_", "bigint"), ("quiet_", "integer")]
    arguments += [("size_", "integer"), ("users_", "text"), ("posts_", "text")]
    parameters = ", ".join(f"{name} {kind}" for name, kind in arguments)
    types = ", ".join(kind for _, kind in arguments)
    written = "\n".join(
        f"    IF cardinality({each.table}_) > 0 THEN\n"
        f"        {into(each, f'SELECT r.*, lane_ FROM unnest({each.table}_) r')};\n"
        "    END IF;"
        for each in TABLES
    )
    return f"""CREATE OR REPLACE FUNCTION {NAME}({parameters})
RETURNS boolean LANGUAGE plpgsql AS $$
BEGIN
    PERFORM FROM log_head WHERE id = lane_ AND mark = mark_ AND last_number <= last_ FOR UPDATE;
    IF NOT FOUND THEN
        RETURN false;
    END IF;
{written}
    IF size_ > 0 THEN
        {INTO_RANK_CHANGES} VALUES ({NUMBER} + lane_, size_, users_, posts_, lane_);
    END IF;
    UPDATE log_head SET last_number = number_, mark = commit_,
        quiet_commits = quiet_commits + quiet_ WHERE id = lane_;
    RETURN true;
END $$;

SELECT create_distributed_function(
    '{NAME}({types})', 'lane_', colocate_with => 'log_head');
"""
