"""The pages for people say what the code does."""
