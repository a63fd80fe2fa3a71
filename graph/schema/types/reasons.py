"""Reasons of ranked posts."""

from typing import Self

import strawberry

import graph.schema.enums  # noqa: F401 (makes the kinds the schema's)
from resolvers.signals import reasons
from resolvers.signals.reasons import ReasonKind


@strawberry.type(description="A part of a post's score, and why it is there.")
class Reason:
    kind: ReasonKind = strawberry.field(description="What kind of reason it is.")
    text: str = strawberry.field(description="The sentence in `reasons`.")
    contribution: float = strawberry.field(
        description="What it adds to the score, below 0 where it takes away; "
        "the contributions add up to the score."
    )
    subject: str | None = strawberry.field(
        description="The hashtag, content type, author's alias, post id or group it rests on; "
        "null where it rests on no one thing."
    )

    @classmethod
    def of(cls, reason: reasons.Reason) -> Self:
        return cls(
            kind=reason.kind,
            text=reason.text,
            contribution=reason.contribution,
            subject=reason.subject,
        )
