"""GraphQL over HTTP: requests in, responses or event streams out; it knows no WebSocket."""
