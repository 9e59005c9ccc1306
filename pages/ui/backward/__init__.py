"""The backward page."""
