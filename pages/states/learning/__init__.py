"""A network that learns: one number, steps, a kernel, a training."""
