"""What the outside talks to: GraphQL, REST and the command line; it knows no SQL and no ORM."""
