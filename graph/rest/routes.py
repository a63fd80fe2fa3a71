"""The routes of the REST API: each with its handler, and the rights of the GraphQL field alike."""

from graph.access.rights import OWNERS, RIGHTS
from graph.rest.handlers import activities, interactions
from graph.rest.operations import RestOperation

QUERY, MUTATION, USER = RIGHTS["Query"], RIGHTS["Mutation"], RIGHTS["User"]

OPERATIONS = (
    RestOperation(
        "POST",
        "/api/v1/interactions",
        interactions.record_interaction,
        MUTATION["recordInteraction"],
    ),
    RestOperation("GET", "/api/v1/interactions/{post_id}", interactions.post_stats, QUERY["post"]),
    RestOperation(
        "GET", "/api/v1/interactions/user/{user_alias}", interactions.history, USER["interactions"]
    ),
    RestOperation("GET", "/api/v1/privacy", interactions.privacy, USER["privacy"]),
    RestOperation(
        "POST", "/api/v1/privacy", interactions.set_privacy, MUTATION["setPrivacy"], unhurried=True
    ),
    RestOperation("GET", "/api/v1/privacy/export", interactions.export, OWNERS),
    RestOperation(
        "DELETE", "/api/v1/privacy/data", interactions.erase, MUTATION["eraseUser"], unhurried=True
    ),
    RestOperation(
        "GET", "/api/v1/recommendations", interactions.recommendations, USER["recommendations"]
    ),
    RestOperation("GET", "/activities/", activities.activities, QUERY["interactions"]),
    RestOperation(
        "POST",
        "/activities/",
        activities.record_activity,
        MUTATION["recordInteraction"],
        status=201,
    ),
    RestOperation(
        "GET", "/activities/recent/", activities.recent_activities, QUERY["interactions"]
    ),
    RestOperation("GET", "/engagement/", activities.engagement, QUERY["engagementScores"]),
    RestOperation(
        "POST",
        "/engagement/recalculate/",
        activities.recalculate_engagement,
        MUTATION["recalculateScores"],
        unhurried=True,
    ),
    RestOperation("GET", "/stats/", activities.stats, QUERY["activityStats"], is_long=True),
    RestOperation("GET", "/export", interactions.own_export, OWNERS),
)
"""Every route, with the rights of the GraphQL field that asks the same."""
