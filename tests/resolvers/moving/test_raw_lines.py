"""Files in other encodings and packings: read where they can be told, and named otherwise."""

import bz2
import gzip
import io

import pytest

from resolvers.moving.raw_lines import BadFile, check_encoding, raw_lines

TEXT = "user,post\ncafé,1\n"
LINES = [b"user,post\n", "café,1\n".encode()]


def read(data: bytes, encoding: str | None = None) -> list[bytes]:
    return list(raw_lines(io.BufferedReader(io.BytesIO(data)), encoding))


def test_what_is_packed_by_gzip_is_unpacked() -> None:
    """It is known by its first bytes, whatever its name; the text in it may be UTF-16 too."""
    assert read(gzip.compress(TEXT.encode())) == LINES
    assert read(gzip.compress(TEXT.encode("utf-16"))) == LINES


def test_utf_16_is_known_by_its_byte_order_mark() -> None:
    """Of either order; without the mark the encoding has to be said, and the message says so."""
    assert read(TEXT.encode("utf-16")) == LINES
    assert read(TEXT.encode("utf-16-be"), "utf-16-be") == LINES
    with pytest.raises(BadFile, match="seems to be UTF-16 without a byte order mark"):
        read(TEXT.encode("utf-16-le"))


def test_an_encoding_that_is_said_is_read() -> None:
    """What does not fit it stays what is not UTF-8, for the line to be refused."""
    assert read(TEXT.encode("latin-1"), "latin-1") == LINES
    assert read(TEXT.encode("latin-1")) == [LINES[0], b"caf\xe9,1\n"]
    assert read(b"caf\x81\n", "cp1252") == [b"caf\x81\n"]


@pytest.mark.parametrize(
    ("data", "what"),
    [
        (bz2.compress(b"a"), "is packed by bzip2"),
        (b"PK\x03\x04", "is a ZIP archive or a spreadsheet"),
        (b"PGDMP\x01", "is an archive of pg_dump"),
        (b"SQLite format 3\0", "is an SQLite database"),
        (gzip.compress(TEXT.encode(), mtime=0)[:-9], "begins like gzip, and is damaged or cut off"),
        (b"\x1f\x8b nothing like it", "begins like gzip, and is damaged or cut off"),
    ],
)
def test_what_is_no_text_is_named(data: bytes, what: str) -> None:
    """By what it begins with."""
    with pytest.raises(BadFile, match=what):
        read(data)


def test_only_encodings_of_texts_are_known() -> None:
    """Python has others, which make bytes of bytes."""
    assert check_encoding("latin-1") == "latin-1"
    for name in ("base64", "rot13", "nonsense", ""):
        with pytest.raises(ValueError, match="allowed are encodings such as latin-1"):
            check_encoding(name)
