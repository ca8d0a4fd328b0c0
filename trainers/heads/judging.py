"""A head that judges between two drafts: fitted to what their models' dev answers came to."""

import asyncio
from typing import TYPE_CHECKING, Any

from ...agents import Team, Usage
from ...agents.concurrency import gather
from ...agents.decoding.decoder import run_probe
from ...agents.decoding.heads import Head
from ...agents.decoding.probe import Probe, ProbeResult
from ...agents.errors import BadScenario
from ...agents.objective import Objective
from . import check_width
from .branch_points import AT_ONCE, Example, Judging, examples_on_dev

if TYPE_CHECKING:
    from torch import Tensor

    from ...agents.decoding.peers import Peers


class Judge(ProbeResult):
    """A head that says how likely the own draft is the better one, None where no place tells.

    Of the `places` where the models differed, `examples` tell whose draft is better: the own one at the share
    `own` of them. `accuracy` is the head's at questions it was not fitted to, None if there is one question
    only; `without` is what the generator's own preference has.
    """

    head: Head | None = None
    places: int = 0
    examples: int = 0
    own: float = 0.0
    accuracy: float | None = None
    without: float = 0.0

    @property
    def is_better(self) -> bool:
        """Whether the head judged questions that it was not fitted to better than the generator does without it."""
        return self.head is not None and self.accuracy is not None and self.accuracy > self.without


class FitJudge(Probe):
    """Asks for a head of this generator's, fitted to these examples."""

    generator: str
    places: int
    examples: tuple[Example, ...]
    width: int
    seed: int

    async def result(self, peers: "Peers") -> Judge:
        """Read every example once, as it will be read when the head judges, and fit."""
        if not self.examples:
            return Judge(places=self.places)
        free = asyncio.Semaphore(AT_ONCE)

        async def read(example: Example) -> "tuple[Tensor, Usage]":
            participant = peers.participant(self.generator, example.prompt)
            participant.ids.extend(example.before)
            try:
                async with free:
                    _, state = await participant.show(participant.model.encode(example.remark))
                return state, participant.usage
            finally:
                participant.close()

        read_all = await gather({number: read(example) for number, example in enumerate(self.examples)})
        spent = sum((usage for _, usage in read_all.values()), Usage())
        return await self.fitted([state for state, _ in read_all.values()], spent)

    async def fitted(self, states: "list[Tensor]", spent: Usage) -> Judge:
        """The head, and how well it does."""
        import torch

        from .fitting import Fit, in_a_thread
        from .losses import cross_entropy

        labels = torch.tensor([float(example.own_is_better) for example in self.examples])
        entropy = [lambda scores, rows: cross_entropy(scores, labels[rows])]
        fit = Fit(torch.stack(states).cpu(), entropy, self.width, seed=self.seed)
        head = await in_a_thread(fit.head)
        held_out = await in_a_thread(lambda: fit.held_out([example.group for example in self.examples]))
        return Judge(
            head=head,
            places=self.places,
            examples=len(labels),
            own=float(labels.mean()),
            accuracy=None if held_out is None else agreeing(held_out, labels),
            without=agreeing(torch.tensor([example.preferred for example in self.examples]), labels),
            usage=spent,
        )


def agreeing(scores: "Tensor", labels: "Tensor") -> float:
    """The share of examples whose score has the sign that its label says; 0 counts as the own draft."""
    return float(((scores >= 0) == labels.bool()).float().mean())


async def fitted_judge(team: Team[Any], dev: Objective, method: Judging, *, most: int, width: int) -> Judge:
    """A head for this way of writing, fitted to up to `most` places of each dev question.

    Raises `BadScenario` for numbers that cannot be.
    """
    check_width(width)
    if most < 1:
        raise BadScenario(f"head: is to be fitted to {most} places of a question. Use 1 or more.")
    found = await examples_on_dev(team, dev, method, most)
    fit = FitJudge(
        generator=method.generator, places=found.places, examples=found.known, width=width, seed=team.seed("head")
    )
    return await run_probe(team, "head", fit, Judge)
