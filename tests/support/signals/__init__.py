"""What tests of signals share."""
