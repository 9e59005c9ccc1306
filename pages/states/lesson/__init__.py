"""A lesson of one layer."""
