"""The report as a self-contained page, or a folder of pages when it is large; nothing of an article is ever live."""
