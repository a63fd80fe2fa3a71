"""Tests of what is read for feeds."""
