"""Training a member on completions: what it should write after a prompt, by its own chat template (SFT)."""

from collections.abc import Mapping, Sequence
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from .distillation import Lesson, sequences
from .pupil import Pupil
from .settings import Lora, SupervisedSettings

if TYPE_CHECKING:
    from .policy import Policy
    from .trained import Trained


class Teaching(NamedTuple):
    """A training of one member on lessons, with the loss on the tokens of the completions and their ends.

    >>> Teaching((), SupervisedSettings()).settings.batch
    16
    """

    lessons: Sequence[Lesson]
    settings: SupervisedSettings
    personas: Mapping[str, str] = {}

    async def __call__(self, pupil: Pupil, member: str, out: Path, *, lora: Lora | None = None) -> Pupil:
        """The member after it, told what `member` is; as it was without lessons. Raises what `Pupil.after` raises."""
        train = partial(self._train, self.personas.get(member, ""))
        return await pupil.after(train, out, lora=lora, seed=self.settings.seed)

    async def _train(self, persona: str, policy: "Policy", out: Path) -> "Trained | None":
        from .supervised import sft

        rows = sequences(policy.model, self.lessons, persona)
        return await sft(policy, rows, self.settings, out=out) if rows else None
