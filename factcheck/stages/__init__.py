"""The four steps of a check; they do not know each other."""
