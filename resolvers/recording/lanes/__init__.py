"""Recording over lanes: a writer for each, and calls that are split among them."""
