"""Settings: read once, checked, and handed down as one frozen value; it starts nothing."""
