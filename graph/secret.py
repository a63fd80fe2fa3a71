"""The secret behind all aliases: the operator's, or one generated beside the embedded database."""

import os
import secrets
from contextlib import suppress
from pathlib import Path

from graph.settings import Settings
from models.database import Database


class NoSecret(Exception):
    """A server database needs a secret that the operator keeps."""


def find_secret(settings: Settings) -> str:
    """The secret to use; generates one, mode 0600, beside an embedded database that has none.

    Raises:
        NoSecret: none is set, and the database is on a server.
    """
    if settings.secret is not None:
        return settings.secret
    database = settings.database
    if not database.is_embedded:
        raise NoSecret(
            "TRAILMARK_SECRET is not set, and a server database needs one; make one with\n"
            '  python3 -c "import secrets; print(secrets.token_urlsafe(32))"\n'
            "and keep it: with another, every history is lost"
        )
    file = secret_file(database)
    with suppress(FileExistsError):
        _write_new(file, secrets.token_urlsafe(32))
    return file.read_text().strip()


def secret_file(database: Database) -> Path:
    """Where the secret of an embedded database is kept."""
    return database.path.with_name(f"{database.path.name}.secret")


def _write_new(file: Path, text: str) -> None:
    """Write a file that nobody else may read, whole or not at all."""
    if file.exists():
        raise FileExistsError(file)
    file.parent.mkdir(parents=True, exist_ok=True)
    draft = file.with_name(f"{file.name}.{os.getpid()}")
    descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        with os.fdopen(descriptor, "w") as opened:
            opened.write(text + "\n")
        os.link(draft, file)  # fails if another process was faster
    finally:
        draft.unlink()
