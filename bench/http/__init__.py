"""Requests over HTTP, beside the product's own libraries as they come, and beside fixed bytes."""
