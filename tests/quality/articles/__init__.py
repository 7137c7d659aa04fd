"""Twenty articles of twenty genres in eight languages, with what should be found in them."""
