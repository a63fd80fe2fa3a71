"""The tables of what a feed needs beside what was recorded, as Tortoise models.

Instants are microseconds since 1970 UTC. All are written through a ledger alone.
"""

from tortoise import fields
from tortoise.models import Model

from models.fields import KeyField
from models.vocabulary import ALIAS_LENGTH, CONTENT_TYPE_LENGTH, FACET_LENGTH, ID_LENGTH


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
        indexes = (("author_alias", "post_id"),)


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
