"""Tests of how files become articles."""
