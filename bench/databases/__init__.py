"""Databases under measurement: their servers, and the pasts that fill them."""
