"""Training a selector to name the best writer (SFT), on the very tokens by which it is asked and answers."""

from collections.abc import Mapping, Sequence
from functools import partial
from pathlib import Path
from random import Random
from typing import TYPE_CHECKING, NamedTuple

from ...agents.seeds import derive
from ...agents.turn import Turn
from .branching import Labelled
from .pupil import Pupil
from .sequence import TrainingSequence
from .settings import Lora, SupervisedSettings

if TYPE_CHECKING:
    from ...agents.models.hf.model import Model
    from .policy import Policy
    from .trained import Trained


def chosen_at_random(rows: Sequence[Labelled], seed: int) -> list[Labelled]:
    """The same rows with drawn labels: as much to train on, and nothing to learn.

    >>> chosen_at_random([], 7)
    []
    """
    return [
        one.model_copy(update={"label": Random(derive(seed, place)).randint(0, one.asked.last)})
        for place, one in enumerate(rows)
    ]


def sequence_of(model: "Model", row: Labelled, persona: str = "") -> TrainingSequence:
    """A row in the tokens that `Model.choose` reads and scores, with the loss on the label alone."""
    from ...agents.models.hf.labels import continuations

    system = (Turn("system", persona),) if persona else ()
    read = model.chat.prompt((*system, *row.asked.turns()))
    said = continuations(model.chat, row.asked.labels)[row.label]
    ids = [model.vocabulary.ends[0] if token is None else token for token in said]
    return TrainingSequence(ids=(*read, *ids), mask=(*(0 for _ in read), *(1 for _ in ids)), source="selector")


class Selecting(NamedTuple):
    """A training of a selector on labelled rows.

    >>> Selecting((), SupervisedSettings()).settings.batch
    16
    """

    rows: Sequence[Labelled]
    settings: SupervisedSettings
    personas: Mapping[str, str] = {}

    async def __call__(self, pupil: Pupil, member: str, out: Path, *, lora: Lora | None = None) -> Pupil:
        """The selector after it; as it was without rows. Raises what `Pupil.after` raises."""
        train = partial(self._train, self.personas.get(member, ""))
        return await pupil.after(train, out, lora=lora, seed=self.settings.seed)

    async def _train(self, persona: str, policy: "Policy", out: Path) -> "Trained | None":
        from .supervised import sft

        sequences = [sequence_of(policy.model, row, persona) for row in self.rows]
        return await sft(policy, sequences, self.settings, out=out) if sequences else None
