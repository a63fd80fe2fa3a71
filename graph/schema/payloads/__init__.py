"""What mutations answer, over plain results of resolvers/; nothing is decided here."""
