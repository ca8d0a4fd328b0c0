"""Members in training: a copy of a model that is trained on from round to round, while the team of before answers."""

from collections.abc import Awaitable, Callable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple, TypeAlias

from ...agents.errors import BadModel
from ...agents.models.absent import Absent
from ...agents.seeds import derive
from .settings import Lora

if TYPE_CHECKING:
    from .policy import Policy
    from .trained import Trained

Train: TypeAlias = "Callable[[Policy, Path], Awaitable[Trained | None]]"
"""Trains a policy in a directory; None if there was nothing to train on."""


class Pupil(NamedTuple):
    """A member in training: its name, the model as it is now, the one it began as, and its adapter's folder, if any.

    >>> Pupil.of("amber", Absent("pocket:base")).adapter is None
    True
    """

    name: str
    model: Any
    base: Any
    adapter: Path | None = None

    @classmethod
    def of(cls, name: str, model: Any) -> "Pupil":  # noqa: ANN401 - a model of any kind; which is checked on training
        """A member that was not trained yet."""
        return cls(name, model, model)

    def check(self) -> None:
        """Raise `BadModel` for a model that cannot be trained; while a run is replayed any can."""
        from ...agents.models.hf.model import Model

        if not isinstance(self.model, (Model, Absent)):
            raise BadModel(
                f"{self.name}: a {type(self.model).__name__} cannot be trained. Use a model of pocket:, hf: or smol: "
                "on one device."
            )

    async def after(self, train: Train, out: Path, *, lora: Lora | None = None, seed: int = 0) -> "Pupil":
        """The member after one more training, which goes on from its weights as they are.

        All weights are trained, or an adapter. The model of before answers as it did. One that learned nothing is asked
        anew, as if it had. While a run is replayed nothing is trained, and the model is absent as before. Raises
        `BadModel` for one that cannot be trained.
        """
        if isinstance(self.model, Absent):
            return self._replace(model=Absent(self.name))
        from .policy import Policy

        self.check()
        if lora is None:
            policy = Policy(self.model, called=self.name)
            made = await train(policy, out)
            return self._replace(model=policy.model if made else self.model.named(self.model.name))
        begun = lora if self.adapter is None else None
        policy = Policy(
            self.base, called=self.name, lora=begun, adapter=self.adapter, seed=derive(seed, self.name) % 2**31
        )
        made = await train(policy, out)
        if made is None:
            return self._replace(model=self.model.named(self.model.name))
        return self._replace(model=policy.model, adapter=made.folder)


def models_of(pupils: Mapping[str, Pupil]) -> dict[str, Any]:
    """The models of members as they are now."""
    return {name: pupil.model for name, pupil in pupils.items()}
