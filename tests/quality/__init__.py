"""Quality of what the prompts and the model give, held to labelled texts."""
