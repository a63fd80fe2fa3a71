"""The secret behind all aliases: the operator's, or one generated beside the embedded database."""

import os
import secrets
import tempfile
from contextlib import suppress
from pathlib import Path

from graph.setting_values import LEAST_LENGTH
from graph.settings import Settings
from models.database import Database


class NoSecret(Exception):
    """A server database needs a secret that the operator keeps."""


def find_secret(settings: Settings) -> str:
    """The secret to use; generates one, mode 0600, beside an embedded database that has none.

    Raises:
        NoSecret: none is set, and the database is on a server; or the file holds none that can be
            read.
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
    try:
        found = file.read_text("utf-8").strip()
    except (OSError, UnicodeDecodeError) as error:
        raise NoSecret(f"{file} cannot be read: {error}") from error
    if len(found) < LEAST_LENGTH:
        raise NoSecret(f"{file} holds no secret of {LEAST_LENGTH} characters or more")
    return found


def secret_file(database: Database) -> Path:
    """Where the secret of an embedded database is kept."""
    return database.path.with_name(f"{database.path.name}.secret")


def _write_new(file: Path, text: str) -> None:
    """Write a file that nobody else may read, whole or not at all."""
    if file.exists():
        raise FileExistsError(file)
    file.parent.mkdir(parents=True, exist_ok=True)
    descriptor, draft = tempfile.mkstemp(prefix=f"{file.name}.", dir=file.parent)
    try:
        with os.fdopen(descriptor, "w") as opened:
            opened.write(text + "\n")
            opened.flush()
            os.fsync(descriptor)
        os.link(draft, file)  # fails if another process was faster
    finally:
        os.unlink(draft)
