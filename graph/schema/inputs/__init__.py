"""What clients send to the schema, as plain requests for resolvers/; nothing is judged here."""
