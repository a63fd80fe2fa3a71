"""Pages for browsers: the explorer, the front page and where links lead; it knows no schema."""
