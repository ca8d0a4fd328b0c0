"""What every merging method is: settings, checked, and a pure function of the tensors of one name."""

from collections.abc import Callable, Iterable
from typing import ClassVar, NoReturn

from torch import Tensor

from ...agents.errors import BadScenario
from ...agents.frozen import Frozen
from .inputs import Inputs


class Method(Frozen):
    """Base of all methods. `weights` are one a model, in their order; without them all are 1 / K.

    What a method draws at random depends on `seed`.
    """

    weights: tuple[float, ...] | None = None
    seed: int = 0

    needs_base: ClassVar[bool] = False
    takes: ClassVar[int | None] = None

    def __call__(self, inputs: Inputs) -> Tensor:
        """The merged tensor."""
        raise TypeError(f"{type(self).__name__}: does not say how to merge. Define __call__.")

    @property
    def shows_what_is_not_finite(self) -> bool:
        """Whether NaN or infinity in any input always leads to one in the result: entries are never left out."""
        return False

    @property
    def by_entry(self) -> bool:
        """Whether each entry of the result depends on the entries at its place alone."""
        return False

    def over(self, inputs: Callable[[], Iterable[Inputs]]) -> "Method":
        """This method for whole models, whose tensors it may go through before the first is merged."""
        return self

    def check(self, name: str, models: int, *, based: bool) -> None:
        """Raise `BadScenario` for settings that do not fit what is merged, before a tensor is read."""
        if self.needs_base and not based:
            self.refuse(f"{name} has no base", "Name the model that the others were trained from")
        if self.takes is not None and models != self.takes:
            self.refuse(f"{name} of {models} models", f"It merges {self.takes}")
        if self.weights is not None and len(self.weights) != models:
            self.refuse(f"{len(self.weights)} weights for {models} models", "Give one a model")

    def check_mean(self, models: int) -> None:
        """Raise `BadScenario` for weights without a mean."""
        if abs(sum(self.weights_of(models))) < 1e-8:
            self.refuse(
                f"weights {self.weights} sum to zero and have no mean", "Set normalize to false, or change them"
            )

    def weights_of(self, models: int) -> tuple[float, ...]:
        """One weight a model."""
        return self.weights if self.weights is not None else (1 / models,) * models

    def refuse(self, wrong: str, right: str) -> NoReturn:
        """Raise `BadScenario`."""
        raise BadScenario(f"merge: {wrong}. {right}.")
