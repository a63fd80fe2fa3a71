"""What pages of histories are made of."""
