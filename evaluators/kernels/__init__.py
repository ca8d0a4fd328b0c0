"""Kernels: a PyTorch module made faster, checked against the original and timed, each in a process of its own."""
