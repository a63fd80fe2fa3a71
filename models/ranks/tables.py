"""The tables of ranks, as Tortoise models: the keys that order, and the queue of what changed.

Who records leaves the names of those whose scores changed; a follower of that queue keeps the keys.
"""

from tortoise import fields
from tortoise.models import Model

from models.fields import KeyField
from models.vocabulary import ID_LENGTH


class Rank(Model):
    """The key that orders a post or a user by score, at any moment, as of when it was followed.

    Who has no interactions has none.
    """

    rank_key = fields.FloatField()  # ascending: best first
    subject_kind = fields.SmallIntField()
    subject_id = KeyField(ID_LENGTH, primary_key=True)  # with the kind

    class Meta:
        table = "ranks"
        unique_together = (("subject_kind", "subject_id"),)
        indexes = (("subject_kind", "rank_key", "subject_id"),)


class RankChange(Model):
    """Whose scores a commit has changed; gone once their ranks are those of their scores.

    `users` and `posts` are lists of ids as JSON, and `size` is how many there are in both.
    """

    id = fields.BigIntField(primary_key=True)
    size = fields.IntField()
    users = fields.TextField()
    posts = fields.TextField()

    class Meta:
        table = "rank_changes"
