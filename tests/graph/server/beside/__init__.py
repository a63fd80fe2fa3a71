"""Tests of the process beside a server."""
