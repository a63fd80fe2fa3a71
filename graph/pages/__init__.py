"""Pages and scripts for browsers, and where links lead; it knows no schema."""
