"""The version of a database: which migrations and which stored form it has, as a number."""
