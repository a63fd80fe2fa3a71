"""What was recorded, read back: pages, counts, activity, states; it changes nothing."""
