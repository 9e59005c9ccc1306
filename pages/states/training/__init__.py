"""A training to set up, a run, or runs side by side."""
