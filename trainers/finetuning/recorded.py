"""Training members on their own recorded answers (SFT)."""

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from ...agents import Answer
from .pupil import Pupil
from .sequence import sequences_of
from .settings import Lora, SupervisedSettings

if TYPE_CHECKING:
    from .policy import Policy
    from .trained import Trained


class Recorded(NamedTuple):
    """A training of one member on answers that it gave, by their token ids.

    >>> Recorded((), SupervisedSettings()).settings.batch
    16
    """

    answers: Sequence[Answer]
    settings: SupervisedSettings

    async def __call__(self, pupil: Pupil, out: Path, *, lora: Lora | None = None) -> Pupil:
        """The member after it; asked anew as it was if there are no answers. Raises what `Pupil.after` raises."""
        return await pupil.after(self._train, out, lora=lora, seed=self.settings.seed)

    async def _train(self, policy: "Policy", out: Path) -> "Trained | None":
        from .supervised import sft

        sequences = [one for answer in self.answers for one in sequences_of([answer])]
        return await sft(policy, sequences, self.settings, out=out) if sequences else None
