"""Pending: what a ranking is read together with, those whose ranks are not yet their scores'.

They are told apart while they are few; where many wait, ranks are taken as they are, which are then
of a second ago.
"""

from models.vocabulary import SubjectKind

COMMITS = 256
SUBJECTS = 2_000
"""Up to so many commits, with so many subjects in all, what is queued is read with a ranking."""

START = 0
"""The size of the row of the queue that says where it starts; a commit's is larger.

Its `users` are numbers, of which the first is one that all of the queue is above. PostgreSQL keeps
what is deleted for as long as anybody reads as of before, so without it whoever reads the queue
would walk all that has gone through meanwhile. It is found from the queue's end, past what waits
alone: nothing that came after it was deleted before it was written.
"""

LAST = 2**63 - 1
"""Behind all that is queued."""

BEFORE = "(users::json ->> 0)::bigint"
"""The number in that row."""

_COLUMNS = {int(SubjectKind.USER): "users", int(SubjectKind.POST): "posts"}


def queue_start(columns: str, looks: int | None = None) -> str:
    """What selects some columns of the row that says where the queue starts, from its end on.

    It looks at so many rows. On SQLite, which leaves nothing of what is deleted, there is none.
    """
    within = "OFFSET 0" if looks is None else f"LIMIT {looks}"  # either has the index walked
    last = f"SELECT id, size, users FROM rank_changes ORDER BY id DESC {within}"
    return f"SELECT {columns} FROM ({last}) last WHERE size = {START} LIMIT 1"


def is_queued(dialect: str, looks: int | None = None) -> str:
    """Of a row of `rank_changes`: that it is a commit's, in the queue."""
    if dialect == "sqlite":
        return f"size > {START}"
    # The second bound says nothing new, but lets few rows be expected, so that the index is walked.
    bounds = f"id > coalesce(({queue_start(BEFORE, looks)}), 0) AND id <= {LAST}"
    return f"{bounds} AND size > {START}"


def pending(kind: int, dialect: str) -> str:
    """The relations `waiting` and `pending`, for a WITH: the queue's end, and whom it names.

    `pending(subject_id)` has nobody where the queue is empty, and where too much waits.
    """
    column = _COLUMNS[int(kind)]
    each, id = _each("w.ids", dialect)
    return (
        f"waiting AS MATERIALIZED (SELECT {column} AS ids, size FROM rank_changes "
        f"WHERE {is_queued(dialect, COMMITS + 2)} ORDER BY id DESC LIMIT {COMMITS + 1}), "
        f"pending AS MATERIALIZED (SELECT DISTINCT {id} AS subject_id "
        f"FROM waiting w CROSS JOIN {each} "
        f"WHERE (SELECT count(*) <= {COMMITS} AND sum(size) <= {SUBJECTS} FROM waiting))"
    )


def queued(dialect: str) -> str:
    """A relation of everybody whom the queue names, some several times: by kind and id."""
    kinds = []
    for kind, column in _COLUMNS.items():
        each, id = _each(f"q.{column}", dialect)
        selected = f"SELECT {kind} AS subject_kind, {id} AS subject_id"
        kinds.append(f"{selected} FROM waiting q CROSS JOIN {each}")
    return (
        f"(WITH waiting AS (SELECT users, posts FROM rank_changes WHERE {is_queued(dialect)}) "
        f"{' UNION ALL '.join(kinds)})"
    )


def _each(ids: str, dialect: str) -> tuple[str, str]:
    """A relation `v` of the ids in a list, and the id in it."""
    if dialect == "sqlite":
        return f"json_each({ids}) v", "v.value"
    return f"json_array_elements_text({ids}::json) v(value)", 'v.value COLLATE "C"'


NOT_PENDING = "NOT IN (SELECT subject_id FROM pending)"
"""Of the id of a subject: its rank is its score's, as far as is told apart."""


def joined_scores(relation: str, kind: int, dialect: str) -> str:
    """A relation with the rows of scores of the subjects in it, as `s`: found one by one.

    The planner cannot see how few are pending, and would read all scores.
    """
    of = f"subject_kind = {int(kind)} AND subject_id = {relation}.subject_id"
    columns = "count, positive, negative"
    if dialect == "sqlite":
        return f"CROSS JOIN scores s ON s.{of.replace(' AND ', ' AND s.')}"
    return f"CROSS JOIN LATERAL (SELECT {columns} FROM scores WHERE {of} OFFSET 0) s"
