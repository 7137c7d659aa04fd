"""What moved between two reports; values in, values out."""
