"""Benches: protocols by tasks by teams by seeds, in one closed file, as one run that shares models and answers."""
