"""Both ways through a network: gradients, steps, optimisers, checks and small trainings in NumPy."""
