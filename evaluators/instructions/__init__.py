"""Checkers of verifiable instructions (IFEval, Zhou et al. 2023, https://arxiv.org/abs/2311.07911)."""
