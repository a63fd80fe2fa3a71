"""The secret behind all aliases: the operator's, or one generated beside the embedded database."""

import os
import secrets
import tempfile
from contextlib import suppress
from pathlib import Path

from graph.config.parsers import LEAST_LENGTH
from graph.config.settings import Settings
from models.database.database import Database
from models.errors import UnsafeFile
from models.sqlite_files import check_ours
from resolvers.identity import is_claimed


class NoSecret(Exception):
    """A server database needs a secret that the operator keeps."""


def find_secret(settings: Settings) -> str:
    """The secret to use; generates one, mode 0600, beside an embedded database that has none.

    Raises:
        NoSecret: as `known_secret`; of an embedded database, only where it was filled under one.
    """
    database = settings.database
    is_new = settings.secret is None and database.is_embedded and not is_claimed(database)
    if is_new:
        with suppress(FileExistsError):
            _write_new(secret_file(database), secrets.token_urlsafe(32))
    return known_secret(settings)


def can_make_secret(settings: Settings) -> bool:
    """Whether `find_secret` would generate one."""
    database = settings.database
    if settings.secret is not None or not database.is_embedded:
        return False
    return not secret_file(database).exists() and not is_claimed(database)


def known_secret(settings: Settings) -> str:
    """The secret to use, which is there already.

    Raises:
        NoSecret: none is set, and the database is on a server; or the file beside it is not there,
            or holds none that can be read, or is another user's.
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
    try:
        with file.open(encoding="utf-8") as opened:
            check_ours(file, os.fstat(opened.fileno()), database.path)
            found = opened.read().strip()
    except UnsafeFile as error:
        raise NoSecret(str(error)) from None
    except FileNotFoundError:
        raise NoSecret(_lost(database) if is_claimed(database) else _unmade(database)) from None
    except (OSError, UnicodeDecodeError) as error:
        raise NoSecret(f"{file} cannot be read: {error}") from error
    if len(found) < LEAST_LENGTH:
        raise NoSecret(f"{file} holds no secret of {LEAST_LENGTH} characters or more")
    return found


def _lost(database: Database) -> str:
    return (
        f"{database.path} was filled under a secret that is not here; put its "
        f"{secret_file(database).name} beside it, or set TRAILMARK_SECRET: with a new one, every "
        "history would be lost"
    )


def _unmade(database: Database) -> str:
    return f"there is no {secret_file(database)} yet; `trailmark migrate` makes one"


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
