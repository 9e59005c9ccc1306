"""The page Inside the network."""
