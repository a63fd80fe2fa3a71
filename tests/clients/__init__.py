"""The older systems' clients as they are in the field, run against a real server."""
