"""What the product does, as plain functions over plain values, for every face of it."""
