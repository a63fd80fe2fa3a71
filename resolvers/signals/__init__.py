"""What a feed needs: posts described, ranked and found, with the reasons."""
