"""The pocket world: generated questions of four skills, as multiple choice, and as compositions of skills."""

from .problem import Problem, Step
from .split import SPLITS, problems
from .world import CORE, SKILLS, draw

__all__ = ["CORE", "SKILLS", "SPLITS", "Problem", "Step", "draw", "problems"]
