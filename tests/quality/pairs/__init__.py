"""Labelled claims for the measure of blocking."""
