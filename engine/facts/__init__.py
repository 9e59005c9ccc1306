"""What can be said of layers and networks beside their numbers: why, how much, which, and how to get what one wants."""
