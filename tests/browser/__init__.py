"""The report page in a browser."""
