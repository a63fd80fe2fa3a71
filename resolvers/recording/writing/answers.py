"""What callers hear of a database that did not commit."""

from models.errors import DatabaseUnavailable
from resolvers.errors import OutcomeUnknown, Overloaded


def caller_error(error: DatabaseUnavailable) -> Overloaded | OutcomeUnknown:
    """Nothing is stored, or, where the connection broke during the commit, nobody knows."""
    if error.outcome_unknown:
        return OutcomeUnknown(
            "the connection to the database broke during the commit: send the same eventId again "
            "to learn whether it was stored"
        )
    return Overloaded("the database cannot store anything now; try again shortly")
