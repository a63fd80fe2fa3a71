"""Tests of histories over GraphQL."""
