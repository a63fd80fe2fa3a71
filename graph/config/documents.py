"""Files of trusted documents, as a folder or as the manifest that a client's compiler writes."""

import hashlib
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

_SUFFIXES = (".graphql", ".gql")
_FORMS = 'allowed are {"ID": "DOCUMENT", …}, and Apollo\'s {"operations": [{"id", "body"}, …]}'


def documents(text: str) -> dict[str, str]:
    """The documents of a folder or manifest, by id: each has its SHA-256 in hex as an id, too.

    A file of a folder has its path there as its id, without the suffix.

    Raises:
        ValueError: there are none, or one cannot be read, or two have the same id.
    """
    path = Path(text)
    by_id: dict[str, str] = {}
    for id, document in _named(path):
        for each in (id, hashlib.sha256(document.encode()).hexdigest()):
            if by_id.setdefault(each, document) != document:
                raise ValueError(f"holds two documents with the id {each[:64]!r}; allowed is one")
    if not by_id:
        raise ValueError("holds no document; allowed are files named *.graphql, and manifests")
    return by_id


def _named(path: Path) -> Iterator[tuple[str, str]]:
    if not path.is_dir():
        yield from _of_manifest(path)
        return
    for file in sorted(path.rglob("*")):
        if file.suffix in _SUFFIXES:
            yield file.relative_to(path).with_suffix("").as_posix(), _read(file)
        elif file.suffix == ".json":
            yield from _of_manifest(file)


def _of_manifest(file: Path) -> Iterator[tuple[str, str]]:
    """Relay's compiler and GraphQL Code Generator write an object, Apollo's a list within one."""
    text = _read(file)
    try:
        manifest = json.loads(text)
    except ValueError:
        raise ValueError(f"{file.name} is not JSON; {_FORMS}") from None
    pairs = _pairs(manifest)
    if not all(isinstance(part, str) and part for pair in pairs for part in pair):
        raise ValueError(f"{file.name} is no manifest of documents; {_FORMS}")
    yield from pairs


def _pairs(manifest: Any) -> list[tuple[Any, Any]]:
    match manifest:
        case {"operations": [*operations]} if all(isinstance(each, dict) for each in operations):
            return [(each.get("id"), each.get("body")) for each in operations]
        case {**by_id}:
            return list(by_id.items())
        case _:
            return [(None, None)]


def _read(file: Path) -> str:
    try:
        return file.read_text("utf-8")
    except (OSError, UnicodeDecodeError) as error:
        reason = error.strerror if isinstance(error, OSError) else "it is not UTF-8"
        raise ValueError(f"names {file.name[:64]!r}, which cannot be read: {reason}") from None
