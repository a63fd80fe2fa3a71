"""Servers under measurement: how they run, what they use, and on which machine."""
