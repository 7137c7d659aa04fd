"""Asking a model for structured output; the only room that knows a vendor."""
