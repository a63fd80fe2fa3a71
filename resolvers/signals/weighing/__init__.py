"""Weighing: what each signal says of a candidate, and the one score that all make."""
