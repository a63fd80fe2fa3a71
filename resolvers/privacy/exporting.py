"""Exporting: all that is stored about one user, as plain values one after another."""

from collections.abc import AsyncIterator
from typing import Any

import orjson

from models.following.positives import positives_after
from models.reading import user_data
from models.reading.history import HistoryCursor
from models.reading.signals.co_engagement import StoredPositive
from models.reading.user_data import BEGINNING
from models.records import (
    EARLIEST,
    Micros,
    StoredEventId,
    StoredInteraction,
    StoredRemoval,
    StoredSetting,
    StoredToken,
    StoredTotal,
)
from models.vocabulary import ACTION_BY_CODE, PrivacyLevel, Status, target_kind
from resolvers.id_cipher import IdCipher
from resolvers.instants import format_instant
from resolvers.recording.salts import owners
from resolvers.scoring import decay
from resolvers.scoring.weights import Scoring
from resolvers.signals.preferences import Preference, preferences_of

LINES_AT_ONCE = 500

Line = dict[str, Any]


async def export(
    alias: str, id_cipher: IdCipher, scoring: Scoring, *, default: PrivacyLevel, now: Micros
) -> AsyncIterator[Line]:
    """Everything that is stored under an alias; `type` says what each line is.

    First the user with the setting, then interactions of every status from the oldest on, events
    with their idempotency ids, then other idempotency ids, totals, the score, preferences, posts
    engaged with as co-engagement keeps them, tokens of a LIMITED level, and a removal under way. It
    is read page by page while others record: what changes meanwhile may be shown as it was or as it
    is, and a state that is taken up again while it is read may come twice, the second time as it is
    by then.
    """
    setting = (await user_data.settings_of([alias])).get(alias)
    yield _user(alias, setting, default, now)
    cursor = BEGINNING
    while rows := await user_data.rows_after(alias, cursor, LINES_AT_ONCE):
        for row in rows:
            yield _interaction(row, id_cipher)
            if row.event_key is not None:
                yield _event_id(_sent_with(row, row.event_key), id_cipher)
        cursor = HistoryCursor(rows[-1].occurred_at, rows[-1].id)
    last = EARLIEST
    while ids := await user_data.event_ids_after(alias, last, LINES_AT_ONCE):
        for each in ids:
            yield _event_id(each, id_cipher)
        last = ids[-1].event_key
    for total in await user_data.totals_of(alias):
        yield _total(total, scoring, now)
    for score in await user_data.scores_of(alias):
        sides = decay.decode(score.positive), decay.decode(score.negative)
        value = decay.value(decay.weighted(*sides), now, scoring.user_half_life)
        yield {"type": "score", "count": score.count, "score": value}
    for preference in await preferences_of(alias, scoring, now):
        yield _preference(preference)
    ordinal = 0
    while positives := await positives_after(alias, ordinal, LINES_AT_ONCE):
        for post_id, positive in positives:
            yield _engaged_post(post_id, positive)
        ordinal = positives[-1][1].ordinal
    for token in await user_data.tokens_of(owners(alias, await user_data.salts())):
        yield _token(token)
    for removal in await user_data.removals_of(alias):
        yield _removal(removal)


def _user(alias: str, setting: StoredSetting | None, default: PrivacyLevel, now: Micros) -> Line:
    level = default if setting is None else PrivacyLevel(setting.level)
    return {
        "type": "user",
        "user_alias": alias,
        "privacy": {
            "level": level.name,
            "created_at": None if setting is None else format_instant(setting.created_at),
            "updated_at": None if setting is None else format_instant(setting.updated_at),
        },
        "exported_at": format_instant(now),
    }


def _interaction(row: StoredInteraction, id_cipher: IdCipher) -> Line:
    """An interaction; of a state also when it was last recorded and last taken back."""
    return {
        "type": "interaction",
        "interaction_id": id_cipher.interaction_id(row.id),
        "action": ACTION_BY_CODE[row.action].type.value,
        "target": {"kind": target_kind(row.target_kind).value, "id": row.target_id},
        "status": Status(row.status).name,
        "occurred_at": format_instant(row.occurred_at),
        "recorded_at": format_instant(row.recorded_at),
        "last_record_at": _instant(row.last_record_at),
        "last_undo_at": _instant(row.last_undo_at),
        "context": _context(row),
        **({} if row.described is None else {"described": _shown(orjson.loads(row.described))}),
    }


def _context(row: StoredInteraction) -> Line | None:
    if row.context is None and row.source is None and not row.recommended:
        return None
    stored = orjson.loads(row.context) if row.context else {}
    return {"source": row.source, "recommended": bool(row.recommended), **_shown(stored)}


def _shown(stored: Line) -> Line:
    """What came with an interaction, or what its post's description gave it, by other names."""
    names = {
        "recommendationId": "recommendation_id",
        "contentType": "content_type",
        "authorAlias": "author_alias",
    }
    return {names.get(name, name): value for name, value in stored.items()}


def _sent_with(row: StoredInteraction, event_key: int) -> StoredEventId:
    """The idempotency id that is stored with an event."""
    sent = row.action, row.target_id, row.id, row.recorded_at
    return StoredEventId.of_event(row.user_alias, event_key, *sent)


def _event_id(seen: StoredEventId, id_cipher: IdCipher) -> Line:
    """An idempotency id: of itself no more than a digest is stored."""
    number = seen.interaction_id
    return {
        "type": "event_id",
        "event_key": f"{seen.event_key % 2**64:016x}",
        "action": ACTION_BY_CODE[seen.action].type.value,
        "target_id": seen.target_id,
        "undo": bool(seen.undo),
        "interaction_id": None if number is None else id_cipher.interaction_id(number),
        "seen_at": format_instant(seen.seen_at),
    }


def _total(total: StoredTotal, scoring: Scoring, now: Micros) -> Line:
    """A total; `folded` (aggregated) and `bare` (archived) are what history does not show."""
    return {
        "type": "total",
        "action": ACTION_BY_CODE[total.action].type.value,
        "count": total.count,
        "folded": total.aggregated,
        "bare": total.archived,
        "decayed": decay.value(decay.decode(total.decayed), now, scoring.user_half_life),
        "last_at": format_instant(total.last_at),
    }


def _preference(preference: Preference) -> Line:
    """What the user prefers: how many interactions stand behind it, and their decayed weights."""
    return {
        "type": "preference",
        "kind": preference.kind.name,
        "value": preference.value,
        "count": preference.count,
        "score": preference.score,
    }


def _engaged_post(post_id: str, positive: StoredPositive) -> Line:
    """What similar posts are made of: that the user engaged with a post, in which order, and how.

    It stays where the interactions behind it are pruned.
    """
    actions = (each for code, each in ACTION_BY_CODE.items() if positive.marks >> code & 1)
    return {
        "type": "engaged_post",
        "post_id": post_id,
        "ordinal": positive.ordinal,
        "actions": [each.type.value for each in actions],
        "liked_at": _instant(positive.liked_at),
    }


def _token(token: StoredToken) -> Line:
    """What is remembered for 48 hours of an input while the level is LIMITED; not of which."""
    return {
        "type": "token",
        "kind": "state" if token.content is None else "event_id",
        "status": Status(token.status).name,
        "occurred_at": format_instant(token.occurred_at),
        "last_record_at": _instant(token.last_record_at),
        "last_undo_at": _instant(token.last_undo_at),
        "source": token.source,
        "recommended": token.recommended if token.recommended is None else bool(token.recommended),
        "variant": token.variant,
    }


def _removal(removal: StoredRemoval) -> Line:
    return {
        "type": "removal",
        "level": PrivacyLevel(removal.level).name,
        "erase": bool(removal.erase),
        "requested_at": format_instant(removal.requested_at),
    }


def _instant(at: Micros | None) -> str | None:
    return None if at is None else format_instant(at)
