"""Training schedules: steps and learning rates."""

import math
from dataclasses import dataclass


@dataclass(frozen=True)
class Schedule:
    """Optimizer steps, peak learning rate, batch size, warmup steps, and steps between checkpoints (`every`).

    >>> Schedule(steps=1000, rate=0.01, batch=64).rate_at(49)  # half of the warmup
    0.005
    """

    steps: int
    rate: float
    batch: int
    warmup: int = 100
    every: int = 250

    def rate_at(self, step: int) -> float:
        """The learning rate at a step: linear warmup, then cosine decay to zero."""
        if step < self.warmup:
            return self.rate * (step + 1) / self.warmup
        return self.rate * 0.5 * (1 + math.cos(math.pi * step / self.steps))
