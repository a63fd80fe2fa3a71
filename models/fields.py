"""Field types that Tortoise lacks: byte-ordered text keys, digests, and numbers given out."""

from typing import Any

from tortoise.fields import BigIntField, BinaryField, CharField


class KeyField(CharField[Any]):
    """Text compared byte by byte on both databases, so that its order is one order everywhere."""

    class _db_postgres:  # noqa: N801 (Tortoise's name)
        def __init__(self, field: "KeyField") -> None:
            self.field = field

        @property
        def SQL_TYPE(self) -> str:  # noqa: N802 (Tortoise's name)
            return f'VARCHAR({self.field.max_length}) COLLATE "C"'


class DigestField(BinaryField[Any]):
    """A short digest that may be indexed, which Tortoise denies to bytes in general."""

    indexable = True


class NumberField(BigIntField):
    """A number that the product gives out; as a primary key, SQLite keeps it without an index."""

    class _db_sqlite:  # noqa: N801
        SQL_TYPE = "INTEGER"
