"""A head that judges between two drafts: fitted to what their models' dev answers came to."""

import asyncio
from typing import TYPE_CHECKING, Any

from ...agents import Team, Usage
from ...agents.errors import BadScenario
from ...agents.models.heads import Head
from ...agents.models.study import Finding, Study, find
from ...agents.objective import Objective
from ...agents.together import together
from . import check_width
from .forks import AT_ONCE, Example, Judging, examples_on_dev

if TYPE_CHECKING:
    from torch import Tensor

    from ...agents.models.decoding import Decoder


class Judge(Finding):
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


class FitJudge(Study):
    """Asks for a head of this generator's, fitted to these examples."""

    generator: str
    places: int
    examples: tuple[Example, ...]
    width: int
    seed: int

    async def result(self, decoder: "Decoder") -> Judge:
        """Read every example once, as it will be read when the head judges, and fit."""
        if not self.examples:
            return Judge(places=self.places)
        free = asyncio.Semaphore(AT_ONCE)

        async def read(example: Example) -> "tuple[Tensor, Usage]":
            hand = decoder.hand(self.generator, example.prompt)
            hand.ids.extend(example.before)
            try:
                async with free:
                    _, state = await hand.show(hand.model.encode(example.remark))
                return state, hand.usage
            finally:
                hand.close()

        read_all = await together({number: read(example) for number, example in enumerate(self.examples)})
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


async def fitted_judge(team: Team[Any], dev: Objective, way: Judging, *, most: int, width: int) -> Judge:
    """A head for this way of writing, fitted to up to `most` places of each dev question.

    Raises `BadScenario` for numbers that cannot be.
    """
    check_width(width)
    if most < 1:
        raise BadScenario(f"head: is to be fitted to {most} places of a question. Use 1 or more.")
    found = await examples_on_dev(team, dev, way, most)
    fit = FitJudge(
        generator=way.generator, places=found.places, examples=found.known, width=width, seed=team.seed("head")
    )
    return await find(team, "head", fit, Judge)
