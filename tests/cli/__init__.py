"""Tests of the command line and the layering of settings."""
