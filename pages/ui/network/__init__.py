"""A small network at work, drawn for the home page."""
