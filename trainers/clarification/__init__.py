"""Policies for the clarification game, small enough to train in seconds on a CPU."""
