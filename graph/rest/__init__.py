"""The REST face: what the older clients speak, over the same resolvers, rights and limits."""
