"""Metrics, computed from the samples of a run: one file, one metric."""
