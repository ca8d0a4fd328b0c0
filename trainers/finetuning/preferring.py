"""Training members on the verdicts of their duels (DPO)."""

from collections.abc import Mapping, Sequence
from functools import partial
from pathlib import Path
from random import Random
from typing import TYPE_CHECKING, Any, NamedTuple

from ...agents import Ask, Team
from ..search.duels import Fight
from ..search.ratings import Ratings
from .pupil import Pupil
from .settings import Lora, PreferenceSettings
from .verdicts import Said, Verdict, pairs_of

if TYPE_CHECKING:
    from .policy import Policy
    from .trained import Trained


def preferences(
    team: Team[Any], questions: Sequence[Ask], fights: Sequence[Fight], ratings: Ratings, chance: int | None = None
) -> list[Verdict]:
    """The verdicts of duels by these ratings; a duel without one, a tie, or two equal texts make none.

    With `chance`, a seed, the winner of each is drawn: the same questions and answers, and nothing to learn.
    """
    drawn = None if chance is None else Random(chance)
    found = []
    for fight in fights:
        names = (fight.duel.first, fight.duel.second)
        first, second = (Said(fight.said[name], team.models[name].vocabulary) for name in names)
        scores = fight.scores(ratings)
        if scores is None or scores[0] == scores[1] or first.answer.text == second.answer.text:
            continue
        wins = scores[0] > scores[1] if drawn is None else drawn.random() < 0.5
        question = questions[fight.duel.question]
        found.append(Verdict(question, first, second) if wins else Verdict(question, second, first))
    return found


class Preferring(NamedTuple):
    """A training of one member after another on the same verdicts, each as it reads them.

    >>> Preferring((), PreferenceSettings(), {}).settings.beta
    0.1
    """

    verdicts: Sequence[Verdict]
    settings: PreferenceSettings
    personas: Mapping[str, str]

    async def __call__(self, pupil: Pupil, out: Path, *, lora: Lora | None = None) -> Pupil:
        """The member after it. Raises what `Pupil.after` raises."""
        train = partial(self._train, self.personas.get(pupil.name, ""))
        return await pupil.after(train, out, lora=lora, seed=self.settings.seed)

    async def _train(self, persona: str, policy: "Policy", out: Path) -> "Trained | None":
        from .preference import dpo

        pairs = pairs_of(policy.model, self.verdicts, persona)
        return await dpo(policy, pairs, self.settings, out=out) if pairs else None
