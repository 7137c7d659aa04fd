"""Where news articles agree, where they contradict each other, and how many independent origins stand behind it."""

__version__ = "0.1.0"
