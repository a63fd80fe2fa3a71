"""The command `trailmark migrate`: the database brought to this version."""

from graph.commands.terminal import console, read_settings, rewrite, run, stop, tell_suitability
from graph.config.secret import NoSecret, find_secret
from graph.config.settings import Settings
from models.database.migrating import migrate as apply_migrations


def migrate() -> None:
    """Bring the database to this version; safe when several start at once."""
    settings = read_settings()
    if settings.database.is_embedded:
        _make_secret(settings)
    done = run(_migrate(settings))
    for each in done:
        console.print(each)
    if not done:
        console.print("the database is at this version already")


def _make_secret(settings: Settings) -> None:
    """Make the secret beside an embedded database, as `serve` does."""
    try:
        find_secret(settings)
    except NoSecret as error:
        stop(str(error))


async def _migrate(settings: Settings) -> list[str]:
    """What was done."""
    await tell_suitability(settings.database)
    done = [f"applied {name}" for name in await apply_migrations(settings.database)]
    if await rewrite(settings):
        done.append("rewrote authors and hashtags as this version stores them")
    return done
