"""The tables of what a feed needs beside what was recorded, as Tortoise models.

Instants are microseconds since 1970 UTC. All are written through a ledger alone.
"""

from tortoise import fields
from tortoise.models import Model

from models.fields import KeyField
from models.vocabulary import (
    ALIAS_LENGTH,
    CONTENT_TYPE_LENGTH,
    FACET_LENGTH,
    ID_LENGTH,
    SOURCE_LENGTH,
)


class Post(Model):
    """What a site says about one of its posts; one it said nothing about has no row."""

    post_id = KeyField(ID_LENGTH, primary_key=True)
    author_alias = KeyField(ALIAS_LENGTH, null=True)
    content_type = fields.CharField(CONTENT_TYPE_LENGTH, null=True)
    hashtags = fields.TextField(null=True)  # JSON: a list of texts in their one form
    places = fields.TextField(null=True)  # JSON: a list of pairs, a subject kind and an id
    created_at = fields.BigIntField(null=True)
    deleted = fields.BooleanField()
    described_at = fields.BigIntField()  # for the first time

    class Meta:
        table = "posts"
        indexes = (("author_alias", "post_id"), ("deleted", "described_at", "post_id"))


class PostFacet(Model):
    """What a post that is not deleted is found by: made of its row in `posts`, and nothing else.

    `value` is a content type, a hashtag, an alias, or a place as `KIND:id`.
    """

    id = fields.BigIntField(primary_key=True)
    post_id = KeyField(ID_LENGTH)
    facet = fields.SmallIntField()
    value = KeyField(FACET_LENGTH)
    at = fields.BigIntField()  # when it was created, or first described if that was before

    class Meta:
        table = "post_facets"
        unique_together = (("post_id", "facet", "value"),)
        indexes = (("facet", "value", "at", "post_id"),)


class Outcome(Model):
    """How often an action holds or happened on a day, of what came with the same particulars.

    What came with none has no row: it is the rest of the day's activity. `aggregated` is the part
    of `count` that no row says any more. Each lane that counted has a row of its own, of the slot
    with its number; only their sum tells something. The key is all that is no count.
    """

    count = fields.BigIntField()
    aggregated = fields.BigIntField()
    day = fields.IntField(primary_key=True, generated=False)  # since 1970, UTC
    action = fields.SmallIntField()
    slot = fields.SmallIntField(default=0, db_default=0)
    recommended = fields.BooleanField()  # by the flag, or by a recommendation's id
    source = KeyField(SOURCE_LENGTH)  # empty: none
    variant = KeyField(ID_LENGTH)  # empty: none

    class Meta:
        table = "outcomes"
        unique_together = (("day", "recommended", "source", "variant", "action", "slot"),)


class OutcomeVariant(Model):
    """A name that outcomes of a day are counted under, until none is: a variant, or a source.

    A source stands after a colon, which no variant holds.
    """

    id = fields.BigIntField(primary_key=True)
    day = fields.IntField()
    variant = KeyField(ID_LENGTH)

    class Meta:
        table = "outcome_variants"
        unique_together = (("day", "variant"),)


class FacetPart(Model):
    """A part of what a user's interactions say of what the user prefers, packed.

    The sum of a user's parts is what is counted. Each commit adds one; now and then many are merged
    into one. The key is the user with the number, which migrations say and Tortoise cannot.
    """

    user_alias = KeyField(ALIAS_LENGTH, primary_key=True)
    number = fields.BigIntField()
    entries = fields.BinaryField()

    class Meta:
        table = "facet_parts"
