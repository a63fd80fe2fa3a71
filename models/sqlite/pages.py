"""The unused bytes within the pages of an SQLite file, where deleted content can stay behind.

With `secure_delete` SQLite overwrites what it deletes. But where it splits or joins pages of an
index it moves what they hold, and now and then leaves the moved bytes between a page's list of
cells and the cells. Nothing reads those bytes, so they can be overwritten in the file itself, while
nobody may write to it and all that was committed is in it.
"""

import os
import time
from collections.abc import Iterable
from functools import cache
from pathlib import Path

from models.database.resting import rest

LARGEST = 64 << 30
"""Bytes of a file from which on a page that holds a part of a value may look like one of an index.

Its first byte is that of a page number, and 0 in smaller files.
"""

_FILE_HEADER = 100
_LEAVES, _INTERIORS = (10, 13), (2, 5)
_CHUNK_PAGES = 256


def pages_with_leavings(path: Path) -> list[int]:
    """The numbers, from 0, of the pages that have anything in their unused bytes.

    In a file of `LARGEST` or more none is looked for. Half of the time is left to others: anybody
    may have the file searched, by erasing what is their own, and that takes a second for a GB.
    """
    if path.stat().st_size >= LARGEST:
        return []
    descriptor = _descriptor(str(path), path.stat().st_ino)
    size = _page_size(descriptor)
    found, start = [], 0
    while chunk := os.pread(descriptor, size * _CHUNK_PAGES, start * size):
        begun = time.monotonic()
        found += [
            start + index
            for index in range(len(chunk) // size)
            if _leavings(chunk, index * size, size, is_first=start + index == 0)
        ]
        start += _CHUNK_PAGES
        rest(time.monotonic() - begun)
    return found


def overwrite_leavings(path: Path, pages: Iterable[int]) -> None:
    """Overwrite the unused bytes of pages with zeros, durably.

    The caller holds SQLite's lock on writing, and the `-wal` is empty: so no checkpoint can write
    to the file meanwhile.
    """
    descriptor = _descriptor(str(path), path.stat().st_ino)
    size = _page_size(descriptor)
    for page in pages:
        content = os.pread(descriptor, size, page * size)
        for start, end in _leavings(content, 0, size, is_first=page == 0):
            os.pwrite(descriptor, bytes(end - start), page * size + start)
    os.fsync(descriptor)


@cache
def _descriptor(path: str, inode: int) -> int:
    """The file, opened once and for good: closing it would end all locks that SQLite has on it."""
    return os.open(path, os.O_RDWR | os.O_CLOEXEC)


def _page_size(descriptor: int) -> int:
    size = int.from_bytes(os.pread(descriptor, 2, 16))
    return 65_536 if size == 1 else size


def _leavings(content: bytes, place: int, size: int, *, is_first: bool) -> list[tuple[int, int]]:
    """Where the page at a place has unused bytes that are not zero: from where up to where.

    Only pages of tables and indexes have any (section 1.6 of SQLite's file format).
    """
    header = place + (_FILE_HEADER if is_first else 0)
    if len(content) < place + size or content[header] not in (*_LEAVES, *_INTERIORS):
        return []
    length = 8 if content[header] in _LEAVES else 12
    cells = int.from_bytes(content[header + 3 : header + 5])
    start = header + length + 2 * cells
    end = place + (int.from_bytes(content[header + 5 : header + 7]) or 65_536)
    if not start < end <= place + size or content.count(0, start, end) == end - start:
        return []
    return [(start, end)]
