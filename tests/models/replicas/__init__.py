"""Replicas: what they answer, and what becomes of reads when they do not."""
