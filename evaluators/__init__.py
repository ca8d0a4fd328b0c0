"""Evaluation: tasks and their data, parsing and grading of answers, metrics and their statistics."""
