"""Models on other runtimes that share their next-token distributions: `serve` one there, `connect` to it here.

Nothing is imported here: `serving` and `peer` import torch, `address` does not.
"""
