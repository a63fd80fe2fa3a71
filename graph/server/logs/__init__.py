"""The log of a server: its formats, its access lines, and the two lines of each outage."""
