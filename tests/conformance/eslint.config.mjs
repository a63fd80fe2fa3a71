// What the schema is linted with: graphql-eslint's recommendations and its rules for Relay.

import { fileURLToPath } from "node:url";

import graphql from "@graphql-eslint/eslint-plugin";

export const SCHEMA = fileURLToPath(new URL("../../graph/schema.graphql", import.meta.url));

// Types of the API's contract that are values: parts of what has an id, or answers about it.
const VALUES = [
  "ActionCount",
  "ActionTypeInfo",
  "ActivityBucket",
  "ActivityStats",
  "EngagementScore",
  "Facet",
  "FeedEvent",
  "FeedSignal",
  "InputError",
  "InteractionContext",
  "InteractionCounts",
  "PageInfo",
  "PostStats",
  "PrivacySetting",
  "Rate",
  "Reason",
  "RecommendationOutcome",
  "Recommendations",
  "ScoreComponent",
  "ScoredPost",
  "TargetStats",
  "UserPreferences",
];

// `id` is the global id there, so the contract gives the ids that clients know a name of their own.
const PREFIXED = [
  'Field "interactionId" starts with the name of the parent type "Interaction"',
  'Field "postId" starts with the name of the parent type "Post"',
  'Field "targetId" starts with the name of the parent type "Target"',
];

// The rule against prefixes takes no options, so these fields are let pass behind it.
const contract = {
  preprocess: (text) => [text],
  postprocess: ([messages]) => messages.filter(({ message }) => !PREFIXED.includes(message)),
};

export default [
  {
    files: ["**/*.graphql"],
    languageOptions: {
      parser: graphql.parser,
      parserOptions: { graphQLConfig: { schema: SCHEMA } },
    },
    plugins: { "@graphql-eslint": graphql },
    processor: contract,
    rules: {
      ...graphql.configs["flat/schema-recommended"].rules,
      ...graphql.configs["flat/schema-relay"].rules,
      "@graphql-eslint/strict-id-in-types": [
        "error",
        { exceptions: { types: VALUES, suffixes: ["Connection", "Edge", "Payload"] } },
      ],
      // The contract's short lists, such as trendingPosts, are whole: there is nothing to page.
      "@graphql-eslint/relay-edge-types": ["error", { listTypeCanWrapOnlyEdgeType: false }],
    },
  },
];
