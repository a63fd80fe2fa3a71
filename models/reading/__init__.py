"""Reading what is stored: a module for each question; it changes nothing but keys."""
