"""Inputs that are judged one by one: where one cannot be read, the others go on."""
