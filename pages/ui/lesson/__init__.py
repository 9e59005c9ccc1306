"""A lesson page of one layer."""
