"""Selection by the dev set: the weights at the best measurement are kept, and training ends when none is better."""

import json
from math import isfinite
from pathlib import Path
from typing import TYPE_CHECKING, Final

import torch
from safetensors.torch import load_file, save

from ...agents.durable import replace
from ...agents.errors import BadModel
from .checkpoints import first_process

if TYPE_CHECKING:
    from collections.abc import Mapping

    from torch import nn

WEIGHTS: Final = "best.safetensors"
MEASURED: Final = "dev.json"


class Selection:
    """The measurements on dev so far, higher is better, and the weights at the best one, in files of a directory.

    >>> from tempfile import TemporaryDirectory
    >>> weight = torch.nn.Parameter(torch.tensor([1.0]))
    >>> with TemporaryDirectory() as folder:
    ...     selection = Selection(Path(folder), {"w": weight}, begins=0, patience=2)
    ...     goes_on = [selection.measured(step, value) for step, value in ((1, 0.5), (2, 0.4), (3, 0.3))]
    ...     _ = weight.data.fill_(7.0)
    ...     selection.restore(3)
    >>> goes_on, selection.best, weight.item()
    ([True, True, False], (1, 0.5), 1.0)
    """

    def __init__(
        self, directory: Path, weights: "Mapping[str, nn.Parameter]", *, begins: int, patience: int | None
    ) -> None:
        self._directory = directory
        self._weights = weights
        self._patience = patience
        self._values: dict[int, float] = {}
        file = directory / MEASURED
        if file.is_file():  # what was measured after the checkpoint is measured again, and is the same
            known = json.loads(file.read_text(encoding="utf-8"))
            self._values = {int(step): value for step, value in known.items() if int(step) <= begins}

    @property
    def best(self) -> tuple[int, float] | None:
        """The step of the best measurement, the first of equal ones, and its value; None before the first one."""
        if not self._values:
            return None
        step = max(sorted(self._values), key=lambda step: self._values[step])
        return step, self._values[step]

    def measured(self, step: int, value: float) -> bool:
        """Keep the weights if the value is the best so far; returns True unless training should end.

        Raises `BadModel` for a value that is not finite.
        """
        if not isfinite(value):
            raise BadModel(f"dev: the measurement after step {step} is {value}. Lower the rate, or check the dev set.")
        best = self.best
        self._values[step] = value
        if first_process():
            self._keep(better=best is None or value > best[1])
        since = sum(other > (self.best or (step, value))[0] for other in self._values)
        return self._patience is None or since < self._patience

    def restore(self, step: int) -> None:
        """Set the weights, which are those after a step, to those of the best measurement, if there was one."""
        if self.best is not None and self.best[0] != step:
            with torch.no_grad():
                for name, value in load_file(self._directory / WEIGHTS).items():
                    self._weights[name].copy_(value)

    def _keep(self, *, better: bool) -> None:
        """Write the measurements, and the weights if they are better."""
        if better:
            tensors = {name: one.detach().contiguous() for name, one in self._weights.items()}
            replace(self._directory / WEIGHTS, save(tensors))
        replace(self._directory / MEASURED, json.dumps(self._values).encode())
