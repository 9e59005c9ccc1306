"""Check my function: a learner's own function, compared with the engine in the learner's own browser."""
