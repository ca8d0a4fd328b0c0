"""Runs of plans: building teams, answering, comparing, resuming, replaying, forking, exporting, training."""
