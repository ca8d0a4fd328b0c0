"""The pocket world: generated questions of four skills, and of what can be made of them."""

from .problem import Problem, Step
from .split import SPLITS, problems
from .world import CORE, SKILLS, draw

__all__ = ["CORE", "SKILLS", "SPLITS", "Problem", "Step", "draw", "problems"]
