"""GraphQL over HTTP, server-sent events and WebSockets, for any schema, within limits."""
