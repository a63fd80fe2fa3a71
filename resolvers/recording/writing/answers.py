"""What callers hear of a database that did not commit, and of a writer that failed."""

from models.errors import DatabaseUnavailable
from resolvers.errors import OutcomeUnknown, Overloaded

UNFORESEEN = (
    "something went wrong within the server, whose log tells what: send the same eventId again to "
    "learn whether it was stored"
)

NOT_SCRUBBED = (
    "all is removed, but copies of it are still in the database's files: {}; send the same again "
    "later"
)


def caller_error(error: DatabaseUnavailable) -> Overloaded | OutcomeUnknown:
    """Nothing is stored, or, where the connection broke during the commit, nobody knows."""
    if error.outcome_unknown:
        return OutcomeUnknown(
            "the connection to the database broke during the commit: send the same eventId again "
            "to learn whether it was stored"
        )
    return Overloaded("the database cannot store anything now; try again shortly")
