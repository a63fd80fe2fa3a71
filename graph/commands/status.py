"""The command `trailmark status`: what the database is, and whether it would be served."""

import asyncio
from collections import Counter
from collections.abc import AsyncIterator, Collection, Iterator
from importlib import metadata

import typer

from graph.commands.terminal import console, is_there, read_settings, run
from graph.config.secret import NoSecret, can_make_secret, known_secret, secret_file
from graph.config.settings import BadSettings, Settings
from models.database.database import Database
from models.database.migrating import NewerDatabase, available, pending
from models.database.process_locks import Work
from models.database.readiness import check_ready
from models.database.rewriting import is_rewritten
from models.database.suitability import check_suitable
from models.errors import DatabaseUnavailable, UnsuitableDatabase, explained, is_unavailable
from models.following.at_work import at_work
from models.ledger.lanes.layouts import read_layout
from models.partitions import Layout
from models.reading.api_keys import StoredKey, all_keys
from models.reading.engine import engine, read_heads
from models.reading.recount import interactions
from models.replicas.checking import check_replicas
from resolvers.audit.recalculating import is_current
from resolvers.following.ranks import queued_commits
from resolvers.identity import Identity, is_of
from resolvers.signals.co_engagement import auditing

Line = tuple[str, str]

_FOLLOWED: dict[Work, str] = {"following": "co-engagement", "ranking": "ranks"}


def status() -> None:
    """Say what the database is, a fact a line; exit 1 if `serve` would refuse it as it is."""
    settings, refusals = read_settings(), list[str]()

    async def work() -> None:
        async for name, fact in _facts(settings, refusals):
            typer.echo(f"{name:<13} {fact}")

    run(work())
    for refusal in refusals:
        console.print(f"serve would refuse: {refusal}", style="red", markup=False)
    if refusals:
        raise typer.Exit(1)


async def _facts(settings: Settings, refusals: list[str]) -> AsyncIterator[Line]:
    """What there is to say, as far as it can be found out; what `serve` would refuse is added."""
    database = settings.database
    yield "version", metadata.version("trailmark")
    yield "database", database.address
    for line in _settings(settings, refusals):
        yield line
    if not is_there(database):
        yield "holds", "nothing yet; serve and migrate make it"
        return
    try:
        yield "engine", await engine(database)
        for warning in await check_suitable(database, mends=False):
            yield "warning", warning
        async for line in _replicas(settings):
            yield line
        missing = await pending(database)
        async for line in _version(database, missing, refusals):
            yield line
        is_empty = missing == available(database)
        yield "secret", await _secret(settings, refusals, is_empty=is_empty)
        if missing:
            yield "holds", "nothing yet" if is_empty else "what is told once it is migrated"
        elif not refusals:
            async for line in _held(settings, refusals):
                yield line
    except (UnsuitableDatabase, NewerDatabase) as error:
        refusals.append(str(error))
    except Exception as error:
        if not is_unavailable(error):
            raise
        refusals.append(explained(error))


def _settings(settings: Settings, refusals: list[str]) -> Iterator[Line]:
    days = settings.prune_after_days
    yield "retention", f"{days} days" if days else "unlimited"
    yield "privacy", f"{settings.default_privacy.name.lower()} by default"
    yield "user tokens", "taken" if settings.user_tokens.is_configured else "not configured"
    if settings.documents:
        from graph.server.app import check_documents  # which imports the whole schema

        yield "documents", f"{len(set(settings.documents.values())):,} trusted"
        try:
            check_documents(settings)
        except BadSettings as bad:
            refusals.append(str(bad))


async def _replicas(settings: Settings) -> AsyncIterator[Line]:
    """Each replica, and how far behind it is."""
    states = await check_replicas(settings.database, settings.replicas)
    for replica, state in zip(settings.replicas, states, strict=True):
        yield "replica", f"{replica.address}: {state}"


async def _version(
    database: Database, missing: list[str], refusals: list[str]
) -> AsyncIterator[Line]:
    """How far the database is from this version; an embedded one is migrated by `serve` itself."""
    if missing:
        yield "migrations", f"{len(missing)} pending: {', '.join(missing)}"
    else:
        yield "migrations", f"all {len(available(database))} applied"
    is_behind = bool(missing) or not await is_rewritten(database)
    if not missing and is_behind:
        yield "stored form", "of an older version"
    if is_behind and not database.is_embedded:
        refusals.append("it is of an older version; run `trailmark migrate` first")


async def _secret(settings: Settings, refusals: list[str], *, is_empty: bool) -> str:
    """Where the secret is, and whether it is the one that the database was filled under."""
    try:
        identity = Identity(known_secret(settings))
    except NoSecret as error:
        if can_make_secret(settings):
            return "none yet; serve and migrate make it"
        refusals.append(str(error))
        return "missing"
    place = "TRAILMARK_SECRET"
    if settings.secret is None:
        place = str(secret_file(settings.database))
    if is_empty or await is_of(identity, settings.database):
        return place
    refusals.append("it was filled under another secret, and with this one all would be lost")
    return f"{place}, which is not the one"


async def _held(settings: Settings, refusals: list[str]) -> AsyncIterator[Line]:
    """What the database holds, and whether it can be written to."""
    async with settings.database.reading():
        try:
            await check_ready()
        except DatabaseUnavailable as error:
            refusals.append(error.reason)
        held, keys, heads = await asyncio.gather(interactions(), all_keys(), read_heads())
        yield "interactions", f"{held:,}"
        for line in _lanes(await read_layout(settings.database), heads):
            yield line
        yield "keys", _told(keys)
        yield "co-engaged", await auditing.lag()
        queued = await queued_commits()
        yield "ranks", f"of {queued:,} commits are yet to be made" if queued else "up to date"
        if not settings.database.is_embedded:
            yield "followers", _who_follows(await at_work())
    if not await is_current(settings.database, settings.scoring, notes=False):
        yield "scores", "of other weights or half-lives; run `trailmark recalculate`"


def _who_follows(told: Collection[Work]) -> str:
    """Whether anybody makes co-engagement and ranks now."""
    missing = [name for work, name in _FOLLOWED.items() if work not in told]
    if not missing:
        return "at work"
    return f"nobody makes {' and '.join(missing)}; `serve` or `trailmark follow` does"


def _lanes(layout: Layout, heads: list[int]) -> Iterator[Line]:
    """How many lanes there are, how far the log of each is, and how far they are apart."""
    if layout.lanes == 1:
        yield "lanes", f"1; its log is at {heads[0]:,}"
        return
    apart = max(heads) - min(heads)
    yield "lanes", f"{layout.lanes}, in layout {layout.number}; {apart:,} numbers apart"
    for lane, head in enumerate(heads):
        yield f"lane {lane}", f"its log is at {head:,}"


def _told(keys: list[StoredKey]) -> str:
    """How many keys there are of each scope, and how many are revoked."""
    living = Counter(key.scope for key in keys if key.revoked_at is None)
    parts = [f"{count} {scope}" for scope, count in sorted(living.items())]
    if revoked := len(keys) - living.total():
        parts.append(f"{revoked} revoked")
    return ", ".join(parts) or "none"
