"""Trainings as settings, runs in folders, processes that carry them out, and what they gave. No torch at the top."""
