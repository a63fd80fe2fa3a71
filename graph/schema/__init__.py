"""The product as a GraphQL schema; of transports it knows what declares costs and live events."""
