"""A report becomes text; no files, no clock, no model."""
