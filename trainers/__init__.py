"""Trainers: new models from others, by merging, by search over coefficients, or by gradient descent."""
