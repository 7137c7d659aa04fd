"""Article -> claims: what the model is asked, how its answer is checked, and what becomes of it."""
