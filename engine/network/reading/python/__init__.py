"""A part of Python, read and not run: what its expressions and statements mean for a network of torch.nn's layers."""
