"""Field types that Tortoise lacks, and what PostgreSQL calls the types of all."""

from typing import Any

from tortoise.fields import (
    BigIntField,
    BinaryField,
    BooleanField,
    CharField,
    Field,
    FloatField,
    IntField,
    SmallIntField,
    TextField,
)


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
    """A number that the ledger draws; as a primary key, SQLite keeps it without an index."""

    class _db_sqlite:  # noqa: N801
        SQL_TYPE = "INTEGER"


_POSTGRES_TYPES: tuple[tuple[type[Field[Any]], str], ...] = (
    (SmallIntField, "smallint"),
    (BigIntField, "bigint"),
    (IntField, "integer"),
    (BooleanField, "boolean"),
    (FloatField, "float8"),
    (BinaryField, "bytea"),
    (CharField, "text"),
    (TextField, "text"),
)


def postgres_type(field: Field[Any]) -> str:
    """PostgreSQL's name for the values of a field, whatever their length and order."""
    return next(name for kind, name in _POSTGRES_TYPES if isinstance(field, kind))
