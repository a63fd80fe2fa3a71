"""The handlers of REST routes, which read and record as GraphQL does; they know no HTTP."""
