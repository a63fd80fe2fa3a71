"""What the product does, as functions over plain values; it knows no wire format and no SQL."""
