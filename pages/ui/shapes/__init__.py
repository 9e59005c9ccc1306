"""The shape calculator."""
