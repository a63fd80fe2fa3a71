"""The types that the schema shows, each over plain values of resolvers/; no rule of the product."""
