"""What several subjects draw with: theme, colours, pictures of numbers."""
