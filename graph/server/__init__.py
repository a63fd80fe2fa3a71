"""The serving process: application, routes, chores, start and stop; it knows no business rule."""
