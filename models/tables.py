"""The tables, as Tortoise models: the shape of the database and the way it is read.

Interactions, and all counts of them, are written through a ledger alone. Instants are
microseconds since 1970 UTC, actions and kinds are the vocabulary's numbers.

Tables that are found by several columns have those as their primary key, and no number beside.
Tortoise knows keys of one column alone: for it one of the columns is the key, and no row is ever
fetched by that. Their migrations are written by hand.
"""

from tortoise import fields
from tortoise.models import Model

from models import signal_tables
from models.fields import DigestField, KeyField, NumberField
from models.following import tables as following
from models.ranks import tables as ranks
from models.vocabulary import ALIAS_LENGTH, ID_LENGTH, SOURCE_LENGTH


class Interaction(Model):
    """What a user did, and the log of it.

    An event has a row each time; a state has one row for good, which carries the latest instants
    at which it was recorded and undone. `id` is the order of first recording. `seq` is the row's
    sequence in the log: it moves to the end whenever the row starts or stops holding. So a reader
    of the log in `seq` order learns every change, and skips those that were overtaken.

    The indexes are those of SQLite. On PostgreSQL hashes are in place of texts, and rows are left
    out whose `seq` is their `id`, or that have no `state_key`: migrations that are written by hand
    make these, and `models.reading.filters` and `models.reading.log` say what they hold.
    """

    id = NumberField(primary_key=True, generated=False)
    seq = fields.BigIntField(null=True, unique=True)  # null: not announced
    user_alias = KeyField(ALIAS_LENGTH)
    action = fields.SmallIntField()
    target_kind = fields.SmallIntField()
    target_id = KeyField(ID_LENGTH)
    occurred_at = fields.BigIntField()  # of a state: since when it holds or last held
    recorded_at = fields.BigIntField()
    status = fields.SmallIntField()
    last_record_at = fields.BigIntField(null=True)  # states only, as the two below
    last_undo_at = fields.BigIntField(null=True)
    state_key = DigestField(null=True, unique=True)  # digest of user, action and target
    source = fields.CharField(SOURCE_LENGTH, null=True)
    recommended = fields.BooleanField()
    context = fields.TextField(null=True)  # JSON: what else came with it
    described = fields.TextField(null=True)  # JSON: facets its post's description gave it
    # What outcomes count it under: its variant, after a colon where its source is `other`; see
    # resolvers/recording/outcome_changes.py.
    variant = fields.CharField(ID_LENGTH, null=True)
    event_key = fields.BigIntField(null=True, db_index=True)  # of an event that came with an id

    class Meta:
        table = "interactions"
        indexes = (
            ("user_alias", "occurred_at", "id"),
            ("target_kind", "target_id", "occurred_at", "id"),
            ("user_alias", "target_kind", "target_id", "occurred_at", "id"),
            ("occurred_at", "id"),
        )


class EventId(Model):
    """A client's idempotency id and the input it stood for, stored for the retention.

    That of an event which has a row is with the row, and only comes here when that is pruned.
    """

    user_key = fields.BigIntField()
    event_key = fields.BigIntField(primary_key=True, generated=False)  # with the user's
    interaction_id = fields.BigIntField(null=True)
    seen_at = fields.BigIntField(db_index=True)
    action = fields.SmallIntField()
    undo = fields.BooleanField()
    target_id = KeyField(ID_LENGTH)

    class Meta:
        table = "event_ids"
        unique_together = (("user_key", "event_key"),)


class Total(Model):
    """How often an action holds or happened for a subject: its rows plus what was aggregated.

    Each lane that counted has a row of its own, of the slot with its number: the total is the sum
    of all slots, and `last_at` the latest of them. A part may be negative.

    `decayed` and `folded_decayed` are the same counts with each one halved every half-life, as
    `resolvers.scoring.decay` encodes them; only posts and users have them.
    """

    count = fields.BigIntField()
    folded = fields.BigIntField()  # the part of count that has no row: pruned or anonymous
    bare = fields.BigIntField()  # the part of count whose rows history does not show
    last_at = fields.BigIntField()  # never moves back
    subject_kind = fields.SmallIntField()
    action = fields.SmallIntField()
    slot = fields.SmallIntField(default=0, db_default=0)
    subject_id = KeyField(ID_LENGTH, primary_key=True)  # with the kind, the action and the slot
    decayed = fields.BinaryField(null=True)
    folded_decayed = fields.BinaryField(null=True)

    class Meta:
        table = "totals"
        unique_together = (("subject_kind", "subject_id", "action", "slot"),)


class Score(Model):
    """A post's or a user's weighted decayed counts.

    `count` is the sum of the subject's totals: without interactions there is nothing to rank. As of
    totals, each lane that counted has a row of its own, and the score is the sum of all slots.
    """

    count = fields.BigIntField()
    subject_kind = fields.SmallIntField()
    slot = fields.SmallIntField(default=0, db_default=0)
    subject_id = KeyField(ID_LENGTH, primary_key=True)  # with the kind and the slot
    positive = fields.BinaryField()
    negative = fields.BinaryField()

    class Meta:
        table = "scores"
        unique_together = (("subject_kind", "subject_id", "slot"),)


class Activity(Model):
    """How often an action holds or happened in a range of time, over all users and targets.

    Each is counted in three rows, of its minute, its hour and its day, so that any period is the
    sum of few rows.
    """

    count = fields.BigIntField()
    folded = fields.BigIntField()
    start = fields.IntField(primary_key=True, generated=False)  # minutes since 1970; with all below
    span = fields.SmallIntField()  # minutes: 1, 60 or 1440
    action = fields.SmallIntField()
    slot = fields.SmallIntField(default=0, db_default=0)  # each lane's, as of totals

    class Meta:
        table = "activity"
        unique_together = (("span", "start", "action", "slot"),)


class PrivacySetting(Model):
    """The privacy level a user chose; without a row, the default holds."""

    user_alias = KeyField(ALIAS_LENGTH, primary_key=True)
    level = fields.SmallIntField()
    created_at = fields.BigIntField()
    updated_at = fields.BigIntField()

    class Meta:
        table = "privacy_settings"


class Removal(Model):
    """What is being taken out of a user's past, step by step; gone once it is done.

    The setting is at `level` by then, so nothing new comes while the old goes.
    """

    user_alias = KeyField(ALIAS_LENGTH, primary_key=True)
    level = fields.SmallIntField()
    erase = fields.BooleanField()  # the setting goes too
    requested_at = fields.BigIntField()

    class Meta:
        table = "removals"


class Salt(Model):
    """The salt of a day's tokens; both are destroyed 48 hours after the day ends."""

    day = fields.IntField(primary_key=True, generated=False)  # days since 1970, UTC
    salt = fields.BinaryField()

    class Meta:
        table = "salts"


class Token(Model):
    """What is remembered for a while of a LIMITED user's input, without saying whose it is.

    `key` is a keyed digest of the user with the state or event id, `owner` one of the user, under
    the salt of `day`. The instants are those of an interaction's row.
    """

    key = DigestField(primary_key=True)
    owner = DigestField(db_index=True)
    day = fields.IntField(db_index=True)
    status = fields.SmallIntField()
    occurred_at = fields.BigIntField()
    last_record_at = fields.BigIntField(null=True)
    last_undo_at = fields.BigIntField(null=True)
    content = DigestField(null=True)  # of an event id: the digest of the input it stood for
    source = fields.CharField(SOURCE_LENGTH, null=True)  # what outcomes count it under
    recommended = fields.BooleanField(null=True)
    variant = fields.CharField(ID_LENGTH, null=True)

    class Meta:
        table = "tokens"


class ApiKey(Model):
    """A key that a service calls with; only the digest of its secret is stored."""

    id = fields.CharField(16, primary_key=True)
    scope = fields.CharField(32)  # several are joined by commas
    name = fields.CharField(64)
    digest = fields.BinaryField()
    created_at = fields.BigIntField()
    revoked_at = fields.BigIntField(null=True)

    class Meta:
        table = "api_keys"


class LogHead(Model):
    """A row of each lane, by its number: the last number given out for interactions and the log.

    What the log held up to `pruned_number` may be gone. `quiet_commits` grows with each commit that
    changes counts without a row of the log, such as those of LIMITED users. On PostgreSQL each
    commit leaves its commit id as `mark`, which shows whether there was another. Who writes makes
    sure that `version` is its own. How many `lanes` there are, all rows say; `layout` grows when
    that is changed.
    """

    id = fields.SmallIntField(primary_key=True, generated=False)
    last_number = fields.BigIntField()
    pruned_number = fields.BigIntField(default=0, db_default=0)
    quiet_commits = fields.BigIntField(default=0, db_default=0)
    mark = fields.BigIntField(default=0, db_default=0)
    version = fields.BigIntField(default=0, db_default=0)
    lanes = fields.SmallIntField(default=1, db_default=1)
    layout = fields.BigIntField(default=0, db_default=0)

    class Meta:
        table = "log_head"


class Incarnation(Model):
    """A stretch of the log whose past is one: a restored database goes on in another.

    It holds the numbers after `follows`, up to where the next one follows. The first is 0.
    """

    follows = fields.BigIntField(primary_key=True, generated=False)
    id = fields.BigIntField(unique=True)  # random, so that no two pasts have the same
    began_at = fields.BigIntField()

    class Meta:
        table = "incarnations"


class Fact(Model):
    """Metadata: what the database remembers about itself, such as whose secret made its aliases."""

    name = fields.CharField(64, primary_key=True)
    value = fields.TextField()

    class Meta:
        table = "facts"


MODULES = (__name__, following.__name__, ranks.__name__, signal_tables.__name__)
"""The modules that declare tables."""

_MODELS = (each for each in Model.__subclasses__() if each.__module__ in MODULES)
TABLES = sorted(each._meta.db_table for each in _MODELS)
"""The names of all tables, without that of the tool that migrates them."""
