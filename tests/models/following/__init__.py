"""Tests of what followers read and write."""
