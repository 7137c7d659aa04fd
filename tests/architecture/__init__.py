"""The house rules that a tool can check."""
