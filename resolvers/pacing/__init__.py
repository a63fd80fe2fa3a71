"""How long work leaves time to those who wait: steps of a database, stretches of the event loop."""
