"""The REST API of the older clients, over the same resolvers, rights and limits as GraphQL."""
