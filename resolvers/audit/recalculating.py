"""Recalculating: putting right every total and score that is not what its rows say."""

import secrets
from collections.abc import Callable
from dataclasses import dataclass

from models.database.database import Database
from models.database.metadata import get, put, put_first
from models.database.process_locks import process_lock
from models.ledger.ledger import Judge, Ledger, R
from models.ledger.opening import WORK_S, open_ledger
from models.records import (
    ActivityChange,
    Changes,
    Known,
    Micros,
    SpanKey,
    StoredScore,
    StoredTotal,
    Wanted,
)
from models.vocabulary import SubjectKind
from resolvers.audit import descriptions, preferences
from resolvers.audit.outcomes import correct, outcome_days
from resolvers.audit.recounting import (
    Chunk,
    Occurred,
    Pair,
    Sum,
    Weighed,
    activity_days,
    chunks,
    drift,
)
from resolvers.audit.setting_back import set_back
from resolvers.errors import TakenOver
from resolvers.following.ranks import try_to_drain
from resolvers.pacing.stretches import Stretches
from resolvers.scoring import decay
from resolvers.scoring.decay import Decayed
from resolvers.scoring.weights import Scoring, no_score

_VERSION = "scoring"
_RECALCULATION = "recalculation"


@dataclass(slots=True)
class Recalculation:
    """What has been recalculated: how many users and posts, and the largest drift found.

    The drift of a score, be it of a user, a post or a preference, is
    |stored - recounted| / max(1, |recounted|), both as of now. `show` is called with the number of
    totals done.
    """

    users: int = 0
    posts: int = 0
    totals: int = 0
    max_drift: float = 0.0
    show: Callable[[int], None] | None = None


@dataclass(frozen=True, slots=True)
class _Correcting:
    """How a recalculation commits: as long as the database has its token, and no other's."""

    ledger: Ledger
    token: str

    async def commit(self, wanted: Wanted, judge: Judge[R]) -> R:
        def fenced(known: Known) -> tuple[Changes, R]:
            if known.metadata.get(_RECALCULATION) != self.token:
                raise TakenOver("recalculation")
            return judge(known)

        wanted.metadata.add(_RECALCULATION)
        return await self.ledger.transact(wanted, fenced)


async def recalculate(
    database: Database, scoring: Scoring, now: Micros, progress: Recalculation
) -> None:
    """Recount everything and correct what differs, while others record; `progress` tells how far.

    What is dated ahead of `now` is dated now, before anything is counted.

    Decayed counts are exact sums, so a difference found in a snapshot stays the difference,
    whatever is recorded meanwhile: it is added under the lock, in short transactions. Two at
    once would add it twice, so they wait for each other; and should one lose its lock, it adds
    nothing once the next has begun, which leaves a token of its own before it reads.

    Raises:
        TakenOver: another recalculation has begun meanwhile.
        DatabaseUnavailable: the database went away, or the lock with its connection.
    """
    async with process_lock(database, "recalculate"):
        token = secrets.token_hex(16)
        await put(database, _RECALCULATION, token)
        ledger = open_ledger(database, WORK_S)
        correcting, stretches = _Correcting(ledger, token), Stretches()
        try:
            await set_back(correcting.commit, scoring, now)
            async for chunk in chunks(scoring, now, stretches):
                await _correct(correcting, chunk)
                _tell(progress, chunk, scoring, now)
                await stretches.pause()
            max_drift = await preferences.correct(correcting.commit, scoring, now, stretches)
            progress.max_drift = max(progress.max_drift, max_drift)
            async for day in activity_days(stretches):
                await _correct_activity(correcting, day)
            async for outcomes in outcome_days():
                await correct(correcting.commit, outcomes)
            async for wrong in descriptions.wrong_facets():
                await descriptions.correct(correcting.commit, wrong)
            await try_to_drain(database)
        finally:
            await ledger.close()
        await put(database, _VERSION, scoring.version)


async def is_current(database: Database, scoring: Scoring, *, notes: bool = True) -> bool:
    """Whether the stored scores were made with these weights and half-lives.

    Who is the first to ask notes which they are, unless told not to change anything.
    """
    if not notes:
        return await get(database, _VERSION) in (None, scoring.version)
    return await put_first(database, _VERSION, scoring.version) == scoring.version


async def _correct(correcting: _Correcting, chunk: Chunk) -> None:
    totals = {key: pair for key, pair in chunk.totals.items() if _differs(pair)}
    scores = {subject: pair for subject, pair in chunk.scores.items() if pair.stored != pair.right}
    if not totals and not scores:
        return

    def corrected(known: Known) -> tuple[Changes, None]:
        changes = Changes(known.last_number, unlogged=True)
        for key, pair in totals.items():
            if key not in known.totals and pair.stored != Sum():
                continue  # removed since, with its user
            total = known.totals.get(key) or StoredTotal(*key, last_at=pair.right.last_at)
            _correct_total(total, pair)
            changes.totals[key] = total
        for subject, weighed in scores.items():
            changes.ranked.add(subject)
            if weighed.stored.score == weighed.right.score:
                continue  # its rank alone is another
            if subject not in known.scores and weighed.stored.score != Weighed().score:
                continue
            score = known.scores.get(subject) or no_score(*subject)
            _correct_score(score, weighed)
            changes.scores[subject] = score
        return changes, None

    await correcting.commit(Wanted(totals=set(totals), scores=set(scores)), corrected)


def _differs(pair: Pair[Sum]) -> bool:
    stored, right = pair.stored, pair.right
    found, expected = (
        (each.count, each.archived, each.last_at, each.decayed, each.aggregated_decayed)
        for each in (stored, right)
    )
    return found != expected


def _correct_total(total: StoredTotal, pair: Pair[Sum]) -> None:
    total.count += pair.right.count - pair.stored.count
    total.archived += pair.right.archived - pair.stored.archived
    if pair.right.last_at < pair.stored.last_at:
        total.last_at = min(total.last_at, pair.right.last_at)
    if pair.stored.aggregated_decayed != pair.right.aggregated_decayed:
        total.aggregated_decayed = _moved(
            total.aggregated_decayed, pair.stored.aggregated_decayed, pair.right.aggregated_decayed
        )
    if pair.stored.decayed != pair.right.decayed:
        total.decayed = _moved(total.decayed, pair.stored.decayed, pair.right.decayed)


def _correct_score(score: StoredScore, pair: Pair[Weighed]) -> None:
    score.count += pair.right.count - pair.stored.count
    score.positive = _moved(score.positive, pair.stored.positive, pair.right.positive)
    score.negative = _moved(score.negative, pair.stored.negative, pair.right.negative)


def _moved(current: bytes | None, stored: Decayed, right: Decayed) -> bytes:
    """What should be stored: what is right, and what was counted since the snapshot."""
    since = decay.plus(decay.decode(current), decay.times(stored, -1.0))
    return decay.encode(decay.plus(right, since))


async def _correct_activity(correcting: _Correcting, day: dict[SpanKey, Pair[Occurred]]) -> None:
    activity = {}
    for key, pair in day.items():
        if pair.stored != pair.right:
            count = pair.right.count - pair.stored.count
            aggregated = pair.right.aggregated - pair.stored.aggregated
            activity[key] = ActivityChange(*key, count=count, aggregated=aggregated)
    if activity:
        await correcting.commit(
            Wanted(), lambda known: (Changes(known.last_number, activity=activity), None)
        )


def _tell(progress: Recalculation, chunk: Chunk, scoring: Scoring, now: Micros) -> None:
    progress.totals += len(chunk.totals)
    if progress.show is not None:
        progress.show(progress.totals)
    for subject, pair in chunk.scores.items():
        if subject.kind == SubjectKind.USER:
            progress.users += 1
        else:
            progress.posts += 1
        half_life = scoring.half_life(subject.kind) or 1
        stored, right = (
            decay.value(decay.weighted(each.positive, each.negative), now, half_life)
            for each in (pair.stored, pair.right)
        )
        progress.max_drift = max(progress.max_drift, drift(stored, right))
