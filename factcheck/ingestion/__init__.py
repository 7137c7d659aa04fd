"""Files become articles; one file per format."""
