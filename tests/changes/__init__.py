"""What moved between two reports."""
