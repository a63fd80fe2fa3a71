"""Reading from standbys of PostgreSQL that have all that was committed when they were asked."""
