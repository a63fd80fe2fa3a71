"""What feeds are given, over GraphQL."""
