"""Compiled plans: what graphql-core does with an operation, written out as a Python function."""
