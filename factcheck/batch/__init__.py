"""Many stories in one run: which articles belong together, what is new, what is done; resumes where it stopped."""
