"""Tests of following the log."""
