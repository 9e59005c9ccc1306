"""The same network, and the gradient that is open."""
