"""What may be kept about a user and for how long: levels, removal, retention, export."""
