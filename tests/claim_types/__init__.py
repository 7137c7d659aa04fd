"""Tests of the claim types and their normalisation."""
