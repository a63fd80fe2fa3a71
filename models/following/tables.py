"""The tables of what follows the log, as Tortoise models: positions, and what is made on the way.

A follower writes them in transactions of its own. Instants are microseconds since 1970 UTC.
"""

from tortoise import fields
from tortoise.models import Model

from models.fields import KeyField, NumberField
from models.vocabulary import ALIAS_LENGTH, ID_LENGTH


class Follower(Model):
    """How far a follower of the log has come, written in one commit with what it made of that.

    `version` says by which rules, `state` is the follower's own. `revision` is another random
    number after every commit, so that whoever commits knows whether others have.
    """

    name = fields.CharField(32, primary_key=True)
    incarnation = fields.BigIntField()
    sequence = fields.BigIntField()
    version = fields.CharField(64)
    state = fields.TextField()
    revision = fields.BigIntField()

    class Meta:
        table = "followers"


class UnloggedChange(Model):
    """A row that was there before an import changed it, which the log does not say.

    `number` is one of the log's, given out for this. It is deleted once all followers have passed.
    """

    number = fields.BigIntField(primary_key=True, generated=False)
    interaction_id = fields.BigIntField()

    class Meta:
        table = "unlogged_changes"


class Positive(Model):
    """That a user engaged with a post; only FULL users have any.

    `ordinal` is fixed for as long as the row is there, and was one more than the user's highest.
    Two posts of a user count as a pair where their ordinals are close. In `marks` the bit of an
    action's code is set for each state that holds and each kind of event that happened. The indexes
    are those of SQLite; on PostgreSQL they are of hashes, which `positive_keys` tells of.
    """

    id = fields.BigIntField(primary_key=True)
    user_alias = KeyField(ALIAS_LENGTH)
    post = fields.BigIntField()  # the number of a row of engaged_posts
    ordinal = fields.IntField()
    marks = fields.IntField()
    liked_at = fields.BigIntField(null=True)  # what engaged_posts.decayed counts of it

    class Meta:
        table = "positives"
        unique_together = (("user_alias", "post"),)
        indexes = (("user_alias", "ordinal"),)


class EngagedPost(Model):
    """A post that is positive for somebody, under the number by which pairs name it.

    `users` is for how many. `decayed` counts those who like it, each halved every 14 days, as
    `resolvers.scoring.decay` encodes it, and `rank_key` orders by that, ascending: best first.
    It is within KEY_SPREAD of what `decayed` comes to.
    """

    number = NumberField(primary_key=True, generated=False)
    post_id = KeyField(ID_LENGTH, unique=True)
    users = fields.BigIntField()
    decayed = fields.BinaryField(null=True)
    rank_key = fields.FloatField(db_index=True)  # infinity where nobody likes it

    class Meta:
        table = "engaged_posts"


class PairPart(Model):
    """A part of how many users have two posts close together, for the posts of one bucket.

    The parts of a bucket are added up; `entries` is packed. Since its `near_posts` were made from
    the base, all that came is in parts that are not.
    """

    id = fields.BigIntField(primary_key=True)
    bucket = fields.BigIntField()
    is_base = fields.BooleanField()
    number = fields.BigIntField()
    size = fields.IntField()  # entries
    entries = fields.BinaryField()

    class Meta:
        table = "pair_parts"
        unique_together = (("bucket", "is_base", "number"),)


class NearPost(Model):
    """The posts nearest to a post, as they were when its bucket's base was made."""

    post = NumberField(primary_key=True, generated=False)
    entries = fields.BinaryField()  # packed: posts, and how many users have both
    nearest = fields.TextField()  # the numbers of those that may be shown, by commas

    class Meta:
        table = "near_posts"
