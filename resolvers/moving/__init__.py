"""Data that comes from elsewhere: import files, dumps and names of older systems."""
