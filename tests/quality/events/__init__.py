"""Articles of many events in one file, labelled by event."""
