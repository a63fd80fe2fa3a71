"""GraphQL over HTTP, server-sent events and WebSockets: any schema's, within limits."""
