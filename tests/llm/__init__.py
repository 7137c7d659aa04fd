"""Tests of the model border."""
