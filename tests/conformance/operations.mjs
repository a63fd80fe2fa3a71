// The operations of the clients that take them as text; Relay compiles its own.

const STATS = "id stats { postId interactionCounts { favorites } }";
const PAYLOAD = `outcome interaction { id action target { kind id } } post { ${STATS} }`;

export const OPERATIONS = {
  Favorites: `query Favorites($ids: [ID!]!) { posts(ids: $ids) { ${STATS} } }`,

  Record: `mutation Record($input: RecordInteractionInput!) {
    recordInteraction(input: $input) { ${PAYLOAD} }
  }`,

  RecordMany: `mutation RecordMany($inputs: [RecordInteractionInput!]!) {
    recordInteractions(inputs: $inputs) { recorded results { ${PAYLOAD} } }
  }`,

  History: `query History($id: ID!, $first: Int, $after: String, $last: Int, $before: String) {
    user(id: $id) {
      id
      interactions(first: $first, after: $after, last: $last, before: $before) {
        edges { cursor node { id occurredAt } }
        pageInfo { hasNextPage hasPreviousPage startCursor endCursor }
      }
    }
  }`,

  Node: `query Node($id: ID!) { node(id: $id) { id ... on Post { ${STATS} } } }`,

  Nodes: `query Nodes($ids: [ID!]!) {
    nodes(ids: $ids) { id ... on Interaction { target { kind id } } }
  }`,

  Count: "subscription Count { count(to: 5) }",

  Break: "subscription Break { count: breakAfter(to: 2) }",
};
