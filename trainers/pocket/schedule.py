"""How long and how fast a model is trained."""

import math
from dataclasses import dataclass


@dataclass(frozen=True)
class Scheduler:
    """Optimizer steps, the highest learning rate, examples a step, and every how many steps the state is written."""

    steps: int
    rate: float
    batch: int
    warmup: int = 100
    every: int = 250

    def rate_at(self, step: int) -> float:
        """A linear start, then a cosine down to nothing."""
        if step < self.warmup:
            return self.rate * (step + 1) / self.warmup
        return self.rate * 0.5 * (1 + math.cos(math.pi * step / self.steps))
