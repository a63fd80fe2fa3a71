"""Code that resolves and completes what is selected, for any schema."""
