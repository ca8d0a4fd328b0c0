"""Experiments as files: read, planned, run, replayed, reported."""
