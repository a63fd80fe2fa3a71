"""What is asked for over HTTP: the same GraphQL documents of every server that speaks GraphQL."""

import json

from bench.load.templates import Request

RECORD = """mutation ($input: RecordInteractionInput!) {
  recordInteraction(input: $input) { outcome interaction { id action occurredAt } }
}"""
STATS = """query ($id: ID!) {
  post(id: $id) { stats { engagementRate counts { action count } lastInteractionAt } }
}"""
LAST = """query ($alias: ID!) {
  user(alias: $alias) { interactions(first: 20) {
    nodes { id action target { kind id } occurredAt }
  } }
}"""
POSTS = """query ($ids: [ID!]!) {
  posts(ids: $ids) { postId stats { engagementRate interactionCounts {
    favorites reblogs replies bookmarks clicks views
  } } }
}"""
BATCH = """mutation ($inputs: [RecordInteractionInput!]!) {
  recordInteractions(inputs: $inputs) { recorded rejected }
}"""
INPUT = {"userAlias": "<user>", "action": "<action>", "postId": "<post>", "eventId": "<event>"}


def graphql(document: str, expect: str, **variables: object) -> Request:
    """A GraphQL request as a template."""
    sent = {"query": document, "variables": variables}
    return Request("/graphql", json.dumps(sent, separators=(",", ":")), expect)


#: By name; peers that speak GraphQL with this schema's names are sent the very same.
WORKLOADS = {
    "record": graphql(RECORD, '"CREATED"', input=INPUT),
    "stats": graphql(STATS, '"counts":[{', id="<post>"),
    "last20": graphql(LAST, '"kind":"POST"', alias="<user>"),
    "posts100": graphql(POSTS, '"engagementRate":', ids="<posts>"),
}
#: No database is asked for it.
POST_ID = graphql("query ($id: ID!) { post(id: $id) { postId } }", '"postId"', id="<post>")
#: Not all servers take many inputs at once.
RECORD_1000 = graphql(BATCH, '"recorded":1000', inputs="<inputs>")
