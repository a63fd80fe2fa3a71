"""Privacy: the level a user chooses, applied to what comes and to what is stored already."""

from collections.abc import Iterable
from dataclasses import dataclass

from models.reading import user_data
from models.records import (
    Changes,
    Known,
    Micros,
    StoredRemoval,
    StoredSetting,
    StoredTotal,
    Subject,
    Wanted,
)
from models.vocabulary import ACTION_BY_CODE, PrivacyLevel, SubjectKind
from resolvers.caller import Caller
from resolvers.clock import Clock
from resolvers.errors import InputError, InputErrorCode, OutcomeUnknown
from resolvers.identity import Identity
from resolvers.privacy.removing import Remover
from resolvers.recording.lanes.lane_writers import AnyWriter
from resolvers.recording.validation import resolve_user


@dataclass(frozen=True, slots=True)
class Choice:
    """The level that a user is to have, as a client sent it."""

    level: PrivacyLevel
    user_id: str | None = None
    user_alias: str | None = None
    dry_run: bool = False


@dataclass(frozen=True, slots=True)
class Erasure:
    """A user who is to be erased, as a client sent it."""

    confirm: bool
    user_id: str | None = None
    user_alias: str | None = None


@dataclass(frozen=True, slots=True)
class Chosen:
    """What became of a choice; `removed` counts interactions that held or happened."""

    user_alias: str | None = None
    removed: int = 0
    errors: tuple[InputError, ...] = ()


@dataclass(frozen=True, slots=True)
class Erased:
    """What an erasure removed: interactions that held or happened, rows of scores and settings."""

    interactions: int = 0
    scores: int = 0
    settings: int = 0
    at: Micros | None = None
    errors: tuple[InputError, ...] = ()


@dataclass(slots=True)
class _Begun:
    """What the transaction that sets a level found and did."""

    interactions: int = 0
    scores: int = 0
    settings: int = 0
    #: A removal that has to be finished before the level is changed.
    before: StoredRemoval | None = None
    #: The removal that the new level takes.
    removal: StoredRemoval | None = None


@dataclass(frozen=True, slots=True)
class Privacy:
    """Sets levels and erases for callers; what it answers is done and durable."""

    writer: AnyWriter
    remover: Remover
    identity: Identity
    clock: Clock

    async def choose(self, choice: Choice, caller: Caller) -> Chosen:
        """Set a user's level, and take out what it forbids to keep.

        It holds for everything that is recorded from the moment it is committed; what was stored
        before goes step by step, and the answer comes when all of it is gone. Without an answer
        it goes on all the same. The same choice again joins one under way; another one comes
        after it. A dry run only counts.

        Raises:
            Overloaded, OutcomeUnknown: the database did not set the level, or may not have.
        """
        errors: list[InputError] = []
        alias = resolve_user(choice, caller, self.identity, errors)
        if alias is None:
            return Chosen(errors=tuple(errors))
        if choice.dry_run:
            totals = await user_data.totals_of(alias)
            return Chosen(alias, 0 if choice.level is PrivacyLevel.FULL else _stored(totals))
        begun = await self.remover.shielded(self._set(alias, choice.level))
        return Chosen(alias, begun.interactions)

    async def erase(self, erasure: Erasure, caller: Caller) -> Erased:
        """Take out everything that is stored about a user, the setting last.

        Nothing new is stored until that is done; then the user is as one never seen.

        Raises:
            Overloaded, OutcomeUnknown: the database did not begin, or may not have.
        """
        errors: list[InputError] = []
        alias = resolve_user(erasure, caller, self.identity, errors)
        if not erasure.confirm:
            message = "got false, so nothing was erased; allowed is true, which cannot be undone"
            errors.append(InputError(InputErrorCode.NOT_ALLOWED, ("confirm",), message))
        if alias is None or errors:
            return Erased(errors=tuple(errors))
        work = self._set(alias, PrivacyLevel.NONE, erase=True)
        begun = await self.remover.shielded(work)
        return Erased(begun.interactions, begun.scores, begun.settings, self.clock())

    async def _set(self, alias: str, level: PrivacyLevel, *, erase: bool = False) -> _Begun:
        while True:
            begun = await self._begin(alias, level, erase)
            if begun.before is None:
                if begun.removal is not None:
                    await self.remover.finish(begun.removal)
                return begun
            was_set = await _was_set(begun.before)
            await self.remover.finish(begun.before)
            if (begun.before.level, begun.before.erase) == (level.value, erase):
                begun.settings = int(was_set)
                return begun

    async def _begin(self, alias: str, level: PrivacyLevel, erase: bool) -> _Begun:
        """Commit the level and the removal it takes, unless another one is pending."""
        now = self.clock()
        user = Subject(SubjectKind.USER, alias)
        own: set[tuple[int, str, int]] = {(*user, code) for code in ACTION_BY_CODE}
        wanted = Wanted(aliases={alias}, totals=own, scores={user}, removals={alias})

        def judged(known: Known) -> tuple[Changes, _Begun]:
            begun = _found(known, alias, level)
            changes = Changes(known.last_number)
            if begun.before is None:
                setting = StoredSetting(alias, level.value, now, now)
                changes.settings[alias] = setting
            if begun.before is None and level is not PrivacyLevel.FULL:
                begun.removal = StoredRemoval(alias, level.value, erase, now)
                changes.removals[alias] = begun.removal
            return changes, begun

        try:
            return await self.writer.transact(wanted, judged)
        except OutcomeUnknown:
            self.remover.resume()  # if it was committed after all, nobody else would finish it
            raise


def _found(known: Known, alias: str, level: PrivacyLevel) -> _Begun:
    """What a new level will take out."""
    removed = 0 if level is PrivacyLevel.FULL else _stored(known.totals.values())
    scores, settings = len(known.scores), len(known.levels)
    return _Begun(removed, scores, settings, known.removals.get(alias))


def _stored(totals: Iterable[StoredTotal]) -> int:
    """How many interactions are stored that hold or happened; those aggregated have no row."""
    return sum(total.count - total.aggregated for total in totals)


async def _was_set(removal: StoredRemoval) -> bool:
    """Whether the user had a setting before the removal made one."""
    found = await user_data.settings_of([removal.user_alias])
    return any(each.created_at < removal.requested_at for each in found.values())
