"""What records wait for beside chores over many rows."""
