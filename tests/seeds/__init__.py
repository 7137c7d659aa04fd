"""Labels of the seed stories and their checks."""
