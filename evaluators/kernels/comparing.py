"""Outputs of a candidate against those of the original, over several inputs."""

from dataclasses import dataclass, field
from typing import Any, Final

TOLERANCE: Final = 1e-4
"""The relative tolerance, and the absolute one as a share of how far the original's outputs are from each other."""

TELLING: Final = 2.0
"""Outputs must move by more than this many relative tolerances from input to input, to be told from a constant."""


@dataclass
class Comparison:
    """Errors of a candidate, and how the original's outputs move from input to input.

    An absolute tolerance that is the same for all would let zeros pass where outputs are tiny. So it is in proportion:
    a candidate is right if no value is off by more than 1e-4 of its size and 1e-4 of the mean movement (at most 1).

    >>> import torch
    >>> found = Comparison()
    >>> for value in (1.0, 2.0):
    ...     found.add([torch.tensor([value])], [torch.tensor([value])])
    >>> found.tells, found.right
    (True, True)
    """

    first: list[Any] = field(default_factory=list)
    size: float = 0.0
    movement: float = 0.0
    error: float = 0.0
    shapes: bool = True

    def add(self, original: list[Any], candidate: list[Any]) -> None:
        """Compare the outputs for one more input, lists of tensors; where the original's are not finite, nothing is."""
        if not all(bool(one.isfinite().all()) for one in original):
            return
        exact = [one.double() for one in original]
        self._moved(exact)
        self.shapes &= [one.shape for one in original] == [one.shape for one in candidate]
        for one, other in zip(exact, candidate, strict=True) if self.shapes else ():
            off = (other.double() - one).abs() - TOLERANCE * one.abs()
            worst = float(off.nan_to_num(nan=float("inf")).max()) if off.numel() else 0.0
            self.error = max(self.error, worst)

    def _moved(self, exact: list[Any]) -> None:
        """Note how far the original's outputs are from those for the first input."""
        if not self.first:
            self.first = exact
            self.size = max((float(one.abs().mean()) for one in exact if one.numel()), default=0.0)
            return
        moved = [float((one - first).abs().mean()) for one, first in zip(exact, self.first, strict=True) if one.numel()]
        self.movement = max([self.movement, *moved])

    @property
    def tells(self) -> bool:
        """True if the original's outputs depend on its inputs so much that no constant could pass for them."""
        return self.movement > TELLING * TOLERANCE * self.size

    @property
    def right(self) -> bool:
        """True if every output is that of the original."""
        return bool(self.first) and self.shapes and self.error <= TOLERANCE * min(1.0, self.movement)
