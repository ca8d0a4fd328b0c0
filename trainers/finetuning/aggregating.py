"""Training an aggregator on sets of attempts, by the scores of the solutions that it writes (GRPO)."""

from collections.abc import Mapping, Sequence
from functools import partial
from pathlib import Path
from random import Random
from typing import TYPE_CHECKING, Any, NamedTuple

from ...agents import Answer, Ask, Team
from ...agents.attempts import synthesis
from ...agents.collective import Collective
from ...agents.message import Conversation, Prompt
from ...agents.objective import Objective
from ...agents.seeds import derive
from ...agents.turn import Turn
from ...agents.voting import plurality
from .pupil import Pupil
from .settings import GroupSettings, Lora

if TYPE_CHECKING:
    from .policy import Policy
    from .rollouts import Rollout
    from .trained import Trained


class AttemptSet(NamedTuple):
    """Attempts of all solvers at the dev question of this number, and the score of their vote; None if unscored.

    >>> AttemptSet(3, (Answer(text="4"),), 1.0).hard
    False
    """

    place: int
    attempts: Sequence[Answer]
    score: float | None

    @property
    def hard(self) -> bool:
        """True unless the vote is right."""
        return self.score != 1.0

    def prompt(self, questions: Sequence[Ask], seed: int, persona: str = "") -> Prompt:
        """What the aggregator reads, in an order of this set's own."""
        shown = synthesis(questions[self.place], self.attempts, derive(seed, self.place))
        return Conversation(history=(Turn("system", persona), *shown.turns())) if persona else shown


async def attempt_sets(team: Team[Any], dev: Objective, solvers: Sequence[str], name: str) -> list[AttemptSet]:
    """One attempt of each solver at each dev question; `name` names them in the trace. Failed ones are left out."""
    said: dict[str, tuple[Answer, ...]] = {}

    async def answer(own: Team[Any], question: Ask) -> Answer:
        found = await own.ask_each(dict.fromkeys(solvers, question))
        said[question.text] = tuple(found.values())
        return plurality(found.values(), own.read)

    graded = await dev.graded(team.with_models({name: Collective(team, answer)}))
    keys = [one.render() for one in dev.questions]
    return [AttemptSet(at, said[key], graded[at].score) for at, key in enumerate(keys) if key in said]


def mixture(sets: Sequence[AttemptSet], easy: float, seed: int) -> list[AttemptSet]:
    """All hard sets and a sample of the easy ones, `easy` for each hard one, as many as there are.

    >>> sets = [AttemptSet(n, (), 0.0 if n < 3 else 1.0) for n in range(13)]
    >>> len(mixture(sets, 1.0, 42))
    6
    """
    hard, rest = [one for one in sets if one.hard], [one for one in sets if not one.hard]
    drawn = Random(seed).sample(rest, min(len(rest), round(easy * len(hard))))
    return [*hard, *drawn]


class Aggregating(NamedTuple):
    """A training of an aggregator on sets of attempts at questions, rewarded by the score of what it writes.

    With `chance` the reward is drawn: the same training, and nothing to learn.

    >>> Aggregating(None, (), GroupSettings()).settings.samples
    8
    """

    dev: Any
    sets: Sequence[AttemptSet]
    settings: GroupSettings
    personas: Mapping[str, str] = {}
    chance: bool = False

    async def __call__(self, pupil: Pupil, member: str, out: Path, *, lora: Lora | None = None) -> Pupil:
        """The aggregator after it; as it was without sets. Raises what `Pupil.after` raises."""
        train = partial(self._train, self.personas.get(member, ""))
        return await pupil.after(train, out, lora=lora, seed=self.settings.seed)

    async def _train(self, persona: str, policy: "Policy", out: Path) -> "Trained | None":
        from .group import grpo

        if not self.sets:
            return None
        prompts = [one.prompt(self.dev.questions, self.settings.seed, persona) for one in self.sets]
        settings = self.settings.model_copy(update={"batch": min(self.settings.batch, len(prompts))})
        return await grpo(policy, prompts, self._reward, settings, out=out)

    async def _reward(self, rollouts: "Sequence[Rollout]") -> list[float | None]:
        if self.chance:
            return [
                float(Random(derive(self.settings.seed, one.row, one.answer.text)).random() < 0.5) for one in rollouts
            ]
        return [await self.dev.grade(self.sets[one.row].place, one.answer.text) for one in rollouts]
