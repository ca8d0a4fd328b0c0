"""Scenarios, experiments as files: planning, running, replaying and reporting them, and the command line."""
