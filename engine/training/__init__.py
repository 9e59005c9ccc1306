"""Trainings without torch: settings, runs in folders, the processes that carry them out, results."""
