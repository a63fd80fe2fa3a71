"""The attacks, each a function that does one round of harm, and the table of all."""
