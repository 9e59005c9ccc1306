"""Stride's engine: convolutional networks in NumPy, with every number open to inspection."""
