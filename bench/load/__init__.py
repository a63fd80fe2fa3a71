"""Load over HTTP: what is asked, by whom, and what is measured of it."""
