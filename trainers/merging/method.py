"""The base of merging methods: validated settings, and a pure function of the tensors of one name."""

from collections.abc import Callable, Iterable
from typing import ClassVar, NoReturn

from torch import Tensor

from ...agents.errors import BadScenario
from ...agents.frozen import Frozen
from .inputs import Inputs


class Method(Frozen):
    """Base of all merging methods. `weights` are one a model, in their order; None is 1 / K each.

    Random draws depend on `seed`.

    >>> import torch
    >>> class Largest(Method):
    ...     def __call__(self, inputs):
    ...         return torch.stack(inputs.tensors).amax(0)
    >>> Largest()(Inputs("w", ("amber", "blue"), (torch.tensor([1.0, 4.0]), torch.tensor([3.0, 2.0])))).tolist()
    [3.0, 4.0]
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
        """True if NaN or infinity in any input always reaches the result, as where no entries are dropped."""
        return False

    @property
    def by_entry(self) -> bool:
        """True if the method is elementwise."""
        return False

    def over(self, inputs: Callable[[], Iterable[Inputs]]) -> "Method":
        """The method, prepared by a pass over all tensors of the models where it needs one."""
        return self

    def check(self, name: str, models: int, *, based: bool) -> None:
        """Raise `BadScenario` for settings that do not fit the number of models or the lack of a base."""
        if self.needs_base and not based:
            self.refuse(f"{name} has no base", "Name the model that the others were trained from")
        if self.takes is not None and models != self.takes:
            self.refuse(f"{name} of {models} models", f"It merges {self.takes}")
        if self.weights is not None and len(self.weights) != models:
            self.refuse(f"{len(self.weights)} weights for {models} models", "Give one a model")

    def check_mean(self, models: int) -> None:
        """Raise `BadScenario` for weights that sum to zero, which have no mean."""
        if abs(sum(self.weights_of(models))) < 1e-8:
            self.refuse(
                f"weights {self.weights} sum to zero and have no mean", "Set normalize to false, or change them"
            )

    def weights_of(self, models: int) -> tuple[float, ...]:
        """The weights of this many models."""
        return self.weights if self.weights is not None else (1 / models,) * models

    def refuse(self, wrong: str, right: str) -> NoReturn:
        """Raise `BadScenario` with what is wrong and what would be right."""
        raise BadScenario(f"merge: {wrong}. {right}.")
