"""The ledger where Citus distributes the tables: the same transactions by other statements."""
