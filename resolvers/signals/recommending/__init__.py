"""Recommending: pages of posts for a user, from candidates to cursors."""
