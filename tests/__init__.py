"""Tests of factcheck; the folders mirror the package."""
