"""The best single model at the protocol's price: the better, on dev, of its own answer and of a vote of its answers.

    price = tokens of the protocol / tokens of the model's own answers
    vote  = the most frequent of its own answer and of samples, at least `price` of them together, and more until a
            question costs `price` times its own answer

Self-consistency samples at 0.7 alone, which can be worse than the greedy answer that it is to beat: with the own answer
among the votes, the first of equals, and chosen on dev, it is no weaker than what anyone would run.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import partial
from math import ceil
from statistics import fmean
from typing import Any, Final, NamedTuple

from ..agents import Answer, Ask, Team
from ..agents.accounting import Usage
from ..agents.errors import BudgetSpent
from ..agents.voting import plurality
from .dev import Dev
from .evaluator import Evaluator
from .sample import Sample
from .task import Item

COMPARATOR: Final = 2
"""The version of the comparator. 1 is self-consistency without the own answer, the number of its samples rounded."""

TEMPERATURE: Final = 0.7
"""The sampling temperature of self-consistency, as in Wang et al. 2022 (section 3.1)."""

MOST: Final = 4
"""A vote ends at so many times the answers that its price is, where samples cost nothing or next to nothing."""


class AtPrice(NamedTuple):
    """The result of the model at the protocol's price: a name for it, its samples, and notes on the choice.

    >>> AtPrice("amber x 9 (1.04 x the tokens)", [], []).notes
    []
    """

    name: str
    samples: Sequence[Sample]
    notes: list[str]


@dataclass(frozen=True)
class EqualTokens:
    """A model, alone in its team, and what there is to spend: the samples of the protocol and its `own` on the items.

    >>> from symposia.agents.models.scripted import Scripted
    >>> from symposia.evaluators.tasks import pocket
    >>> spent, own = (Sample(id="1", question="?", output="", why="-", usage=Usage(prompt_tokens=n)) for n in (25, 10))
    >>> evaluator, items = Evaluator(pocket), pocket.load(split="dev", limit=1)
    >>> EqualTokens(evaluator, Team({"amber": Scripted("4")}), Dev(evaluator, items), items, [spent], [own]).price
    Fraction(5, 2)
    """

    evaluator: Evaluator
    model: Team[Any]
    dev: Dev
    items: Sequence[Item]
    spent: Sequence[Sample]
    own: Sequence[Sample]

    @property
    def price(self) -> Fraction:
        """The tokens spent over those of the model's own answers; 1 where a server did not count these."""
        own = tokens(self.own)
        return Fraction(tokens(self.spent), own) if own else Fraction(1)

    async def best(self) -> AtPrice:
        """The better on dev of its own answer and the vote; of equals the vote, which costs as much as was spent."""
        if self.price <= 1:
            return AtPrice(self._named(1, self.own), self.own, [])
        once, often = await self.dev(self.model), await self._vote_on_dev()
        times = ceil(self.price)
        if often is None or once > often:
            return AtPrice(self._named(1, self.own), self.own, [self._why("its own answer", once, often)])
        samples = await self.evaluator(self.model, self._vote, self.items, stage="equal_budget")
        return AtPrice(self._named(times, samples), samples, [self._why(f"its vote of {times}", once, often)])

    async def first(self) -> AtPrice:
        """Version 1 of the comparator, for runs that began with it."""
        times = max(1, round(tokens(self.spent) / max(1, tokens(self.own))))
        consistent = partial(self_consistency, samples=times)
        samples = await self.evaluator(self.model, consistent, self.items, stage="equal_budget")
        return AtPrice(f"{self.model.names[0]} x {times}", samples, [])

    async def _vote(self, team: Team[Any], question: Ask) -> Answer:
        return await vote(team, question, price=self.price)

    async def _vote_on_dev(self) -> float | None:
        """The mean dev score of the vote; None if nothing was scored."""
        samples = await self.evaluator(self.model, self._vote, self.dev.items, stage="dev/equal_budget")
        scores = [sample.score for sample in samples if sample.score is not None]
        return fmean(scores) if scores else None

    def _named(self, times: int, samples: Sequence[Sample]) -> str:
        """The model's name, how often it answers, and what that costs of what the protocol did."""
        name, whole = f"{self.model.names[0]} x {times}", tokens(self.spent)
        return f"{name} ({tokens(samples) / whole:.2f} x the tokens)" if whole else name

    def _why(self, chosen: str, once: float, often: float | None) -> str:
        voted = "nothing was scored" if often is None else f"{often:.3f}"
        return (
            f"Equal tokens: {self.model.names[0]} is compared by {chosen}, the better on dev: "
            f"its own answer {once:.3f}, its vote {voted}."
        )


async def vote(team: Team[Any], question: Ask, *, price: Fraction) -> Answer:
    """The most frequent of the first member's own answer and of samples, for `price` times the tokens of its own.

    Where the question's budget is spent, those vote that there are.
    """
    name = team.names[0]
    said = [await team.ask(name, question)]
    due, most = price * size(team.spent), MOST * ceil(price)
    while len(said) < price or (size(team.spent) < due and len(said) < most):
        try:
            said.append(await team.ask(name, question, temperature=TEMPERATURE))
        except BudgetSpent:
            break
    return plurality(said, team.read)


async def self_consistency(team: Team[Any], question: Ask, *, samples: int) -> Answer:
    """The most frequent of several sampled answers of the team's first member; one sample is greedy."""
    name = team.names[0]
    if samples == 1:
        return await team.ask(name, question)
    said = [await team.ask(name, question, temperature=TEMPERATURE) for _ in range(samples)]
    return plurality(said, team.read)


def tokens(samples: Sequence[Sample]) -> int:
    """The sum of prompt and completion tokens."""
    return sum(size(sample.usage) for sample in samples)


def size(usage: Usage) -> int:
    """Prompt and completion tokens together."""
    return usage.prompt_tokens + usage.completion_tokens
