"""The lines of a file as UTF-8, whatever it is packed and encoded in."""

import codecs
import gzip
import zlib
from collections.abc import Iterable, Iterator
from io import BufferedReader, TextIOWrapper
from typing import BinaryIO, cast

from resolvers.errors import shown

_GZIP = b"\x1f\x8b"
_UTF_16 = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)
_OTHERS = {
    b"PK\x03\x04": "a ZIP archive or a spreadsheet",
    b"BZh": "packed by bzip2",
    b"\xfd7zXZ": "packed by xz",
    b"\x28\xb5\x2f\xfd": "packed by Zstandard",
    b"PGDMP": "an archive of pg_dump",
    b"SQLite format 3": "an SQLite database",
    b"PAR1": "a Parquet file",
}
_PEEKED = 64
NOT_UTF_8 = "is not UTF-8; --encoding says what it is, such as latin-1 or cp1252"


class BadFile(ValueError):
    """A file cannot be read as text; the message says what it seems to be."""


def raw_lines(opened: BinaryIO, encoding: str | None) -> Iterable[bytes]:
    """The lines of a file in UTF-8, unpacked where it is gzip.

    UTF-16 is known by its byte order mark. Where an encoding is said, what does not fit it stays
    as bytes that are not UTF-8 either.

    Raises:
        BadFile: it is no text, or packed in another way; while reading, it is damaged.
    """
    buffered = cast(BufferedReader, opened)
    if buffered.peek(len(_GZIP)).startswith(_GZIP):
        buffered = BufferedReader(cast(BufferedReader, gzip.GzipFile(fileobj=opened)))
    try:
        start = buffered.peek(_PEEKED)[:_PEEKED]
    except (EOFError, gzip.BadGzipFile, zlib.error):
        raise _damaged() from None
    for magic, what in _OTHERS.items():
        if start.startswith(magic):
            raise BadFile(f"is {what}; allowed are CSV and NDJSON, as they are or by gzip")
    if encoding is None and start.startswith(_UTF_16):
        encoding = "utf-16"
    if encoding is None and b"\0" in start:
        raise BadFile(
            "seems to be UTF-16 without a byte order mark; say --encoding utf-16-le or utf-16-be"
        )
    return _unharmed(buffered if encoding is None else _as_utf_8(buffered, encoding))


def check_encoding(name: str) -> str:
    """The name of an encoding of texts.

    Raises:
        ValueError: there is none of this name.
    """
    try:
        if "\n".encode(name):
            return name
    except (LookupError, UnicodeError, ValueError):
        pass
    raise ValueError(f"{shown(name)}; allowed are encodings such as latin-1, cp1252 and utf-16")


def _as_utf_8(opened: BufferedReader, encoding: str) -> Iterator[bytes]:
    for text in TextIOWrapper(opened, encoding, errors="surrogateescape", newline="\n"):
        yield text.encode("utf-8", "surrogateescape")


def _unharmed(lines: Iterable[bytes]) -> Iterator[bytes]:
    bad: BadFile | None = None
    try:
        yield from lines
    except (EOFError, gzip.BadGzipFile, zlib.error):
        bad = _damaged()
    except UnicodeError as error:
        bad = BadFile(f"does not fit its encoding: {error}")
    if bad is not None:
        raise bad  # out here it has no context, which could pass for the database's trouble


def _damaged() -> BadFile:
    return BadFile("begins like gzip, and is damaged or cut off")
