"""Co-engagement: which posts the same users engage with, made behind the log."""
