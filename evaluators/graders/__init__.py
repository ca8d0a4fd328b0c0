"""Graders that a scenario can put in the place of its task's own: one file each. See `evaluators/grading.py`."""
