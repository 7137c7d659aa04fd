"""Whole runs: from cassettes, and against a server of the tests."""
