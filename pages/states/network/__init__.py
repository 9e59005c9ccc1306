"""A network with an input: the forward page."""
