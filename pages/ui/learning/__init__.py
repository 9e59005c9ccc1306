"""The learning page."""
