"""The Input page."""
