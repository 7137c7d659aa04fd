"""Many stories in one run."""
