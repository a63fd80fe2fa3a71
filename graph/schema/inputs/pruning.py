"""The input of pruning by hand."""

import strawberry


@strawberry.input(description="What to take out of history now.")
class PruneInput:
    older_than_days: int = strawberry.field(
        description="Take out what is dated more than so many days ago: 1 to 36500. Where that is "
        "less than the retention, inputs that are older are still taken, and judged without what "
        "is gone: a state that was undone before then can come to hold again."
    )
    dry_run: bool | None = strawberry.field(
        default=False, description="Only count what would go; nothing changes."
    )
