"""Trials: what kills, stops or starves a server or its database under load, and what is lost."""
