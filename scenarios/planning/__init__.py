"""Scenario files: their schema, and the plan of a scenario, checked before any model is loaded."""
