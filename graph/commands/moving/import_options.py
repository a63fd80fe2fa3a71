"""What the options of `trailmark import` say, checked before anything is opened."""

import json
import os
from io import FileIO
from pathlib import Path, PurePath

from graph.commands.terminal import stop
from resolvers.instants import parse_zone
from resolvers.moving.dumps import COLUMNS as DUMP_COLUMNS
from resolvers.moving.dumps import ORIGINS
from resolvers.moving.file_options import FileOptions
from resolvers.moving.import_lines import COLUMNS, FORMATS
from resolvers.moving.importing import ErrorLimit
from resolvers.moving.legacy_names import ActionRequest, action_request
from resolvers.moving.raw_lines import check_encoding

_FORMATS_BY_SUFFIX = {".csv": "csv", ".ndjson": "ndjson", ".jsonl": "ndjson"}


def format_of(file: str, said: str | None, origin: str | None) -> str:
    """The format of a file: as its name ends, unless it is said; a dump is CSV."""
    if origin is not None and origin not in ORIGINS:
        stop(f"--from {origin!r} is unknown; allowed are {', '.join(ORIGINS)}")
    if said is not None and said not in FORMATS:
        stop(f"--format {said!r} is unknown; allowed are {', '.join(FORMATS)}")
    suffix = PurePath(file.lower().removesuffix(".gz")).suffix
    named = _FORMATS_BY_SUFFIX.get(suffix)
    if said is not None and named not in (None, said):
        stop(f"--format {said} contradicts {file}, whose name says {named}; rename one of them")
    kind = said or named or ("csv" if origin else "ndjson")
    if origin is not None and kind != "csv":
        stop(f"--format {kind} does not go with --from; allowed is csv")
    return kind


def options_of(
    names: list[str], zone: str | None, nulls: list[str], columns: str | None, *, is_dump: bool
) -> FileOptions:
    """What `--map`, `--timezone`, `--null` and `--columns` say."""
    try:
        time_zone = None if zone is None else parse_zone(zone)
    except ValueError as error:
        stop(f"--timezone {error}")
    known = DUMP_COLUMNS if is_dump else COLUMNS
    absent = frozenset(nulls) if nulls else None
    return FileOptions(_actions(names), time_zone, absent, _columns(columns or "", known))


def _actions(given: list[str]) -> dict[str, ActionRequest]:
    names = {}
    for each in given:
        name, _, action = each.partition("=")
        try:
            names[name] = action_request(action)
        except ValueError as error:
            stop(f"--map {each!r}: {error}")
    return names


def _columns(given: str, known: tuple[str, ...]) -> dict[str, str]:
    """Our names by the file's."""
    columns: dict[str, str] = {}
    for pair in filter(None, given.split(",")):
        ours, _, theirs = (part.strip() for part in pair.partition("="))
        if ours not in known or not theirs:
            stop(f"--columns {pair!r}: allowed is OURS=THEIRS, where ours are {', '.join(known)}")
        if theirs in columns or ours in columns.values():
            stop(f"--columns {pair!r}: allowed is each name once")
        columns[theirs] = ours
    return columns


def encoding_of(said: str | None) -> str | None:
    """The encoding that `--encoding` names; None leaves it to the file."""
    try:
        return None if said is None else check_encoding(said)
    except ValueError as error:
        stop(f"--encoding {error}")


def limit_of(said: str) -> ErrorLimit:
    """How many bad lines `--max-errors` lets pass."""
    try:
        return ErrorLimit.of(said)
    except ValueError as error:
        stop(f"--max-errors {error}")


class Report:
    """A file of bad lines, by number and reason; it is there only if there is one.

    Reasons may quote what lines hold, so nobody else may read it.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self._file: FileIO | None = None

    def __enter__(self) -> "Report":
        try:
            if self._path.is_file() and not self._path.is_symlink():
                self._path.unlink()
        except OSError as error:
            stop(f"--errors {self._path}: {error.strerror}")
        return self

    def __exit__(self, *_: object) -> None:
        if self._file is not None:
            self._file.close()

    def write(self, number: int, reason: str) -> None:
        try:
            if self._file is None:
                self._file = FileIO(self._path, "w", opener=_open_for_owner)
            self._file.write(json.dumps({"line": number, "reason": reason}).encode() + b"\n")
        except OSError as error:
            stop(f"--errors {self._path}: {error.strerror}; what came before is stored")


def _open_for_owner(path: str, flags: int) -> int:
    return os.open(path, flags, 0o600)
