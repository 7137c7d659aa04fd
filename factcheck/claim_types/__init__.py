"""What a claim of each kind is: normalisation, blocking keys, what is comparable."""
