"""Tests of co-engagement."""
