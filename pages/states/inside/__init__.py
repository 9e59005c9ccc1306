"""A trained network on one picture."""
