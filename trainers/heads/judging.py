"""A head that judges between two drafts, fitted to the grades of the dev answers that they lead to."""

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
    """A fitted head for the probability that the generator's own draft is the better one; None without examples.

    At `places` positions the models differed; at `examples` of them one draft led to a better answer, the own one in
    the share `own`. `accuracy` is the head's on held-out questions, None for a single question; `without` is that of
    the generator's own preference.

    >>> Judge(head=Head(layers=()), places=40, examples=12, accuracy=0.75, without=0.5).is_better
    True
    """

    head: Head | None = None
    places: int = 0
    examples: int = 0
    own: float = 0.0
    accuracy: float | None = None
    without: float = 0.0

    @property
    def is_better(self) -> bool:
        """True if the head's held-out accuracy exceeds that of the generator's own preference."""
        return self.head is not None and self.accuracy is not None and self.accuracy > self.without


class FitJudge(Probe):
    """A request for a head on this generator's hidden states, fitted to these examples.

    >>> FitJudge(generator="amber", places=40, examples=(), width=0, seed=7).generator
    'amber'
    """

    generator: str
    places: int
    examples: tuple[Example, ...]
    width: int
    seed: int

    async def result(self, peers: "Peers") -> Judge:
        """Run one forward pass over each example, as when the head is used, and fit."""
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
        """The fitted head and its accuracies."""
        import torch

        from .fitting import Fit, in_a_thread
        from .losses import cross_entropy

        labels = torch.tensor([float(example.own_is_better) for example in self.examples])
        entropy = [lambda scores, indices: cross_entropy(scores, labels[indices])]
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
    """The accuracy of the scores' signs as predictions of the labels; 0 counts as positive."""
    return float(((scores >= 0) == labels.bool()).float().mean())


async def fitted_judge(team: Team[Any], dev: Objective, method: Judging, *, most: int, width: int) -> Judge:
    """A head for this decoding method, fitted on up to `most` branch points of each dev question.

    Raises `BadScenario` for a negative width or `most` below one.
    """
    check_width(width)
    if most < 1:
        raise BadScenario(f"head: is to be fitted to {most} places of a question. Use 1 or more.")
    found = await examples_on_dev(team, dev, method, most)
    fit = FitJudge(
        generator=method.generator, places=found.places, examples=found.known, width=width, seed=team.seed("head")
    )
    return await run_probe(team, "head", fit, Judge)
