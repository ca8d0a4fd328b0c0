"""Compares a protocol with baselines: its members alone, and the best of them at the same cost.

    singles        each member alone
    best single    the one with the best dev score: the choice without collaboration
    oracle         for each question the member that did best: the score of perfect routing
    equal budget   self-consistency of the best single, with as many samples as the protocol's tokens pay for

Dev selects, test reports.
"""

from collections.abc import Awaitable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from math import inf
from typing import Any, Final, Literal, TypeVar

from ..agents import Answer, Ask, Team
from ..agents.concurrency import gather
from ..agents.errors import BadTrace, CannotWrite, Divergence, SymposiaError
from ..agents.voting import plurality
from .dev import Dev
from .evaluator import AnswerBy, Evaluator, alone
from .sample import Sample
from .task import Item

Kind = Literal["protocol", "single", "best_single", "oracle", "equal_budget"]
T = TypeVar("T")
TEMPERATURE: Final = 0.7
"""The sampling temperature of self-consistency, as in Wang et al. 2022 (section 3.1)."""


@dataclass(frozen=True)
class ComparisonRow:
    """A system in the comparison: its name, its kind, and its samples in the order of the items.

    >>> from symposia.agents import Usage
    >>> sample = Sample(id="1", question="2 + 2?", output="4", score=1.0, usage=Usage(prompt_tokens=5))
    >>> tokens(ComparisonRow("amber", "single", [sample, sample]).samples)
    10
    """

    name: str
    kind: Kind
    samples: Sequence[Sample]


@dataclass
class Comparison:
    """The systems that a run compares, the protocol first, and notes for readers of the numbers.

    `files` is the output of the protocol's `review`: JSON-able data by file name.

    >>> rows = [ComparisonRow("text/debate", "protocol", []), ComparisonRow("amber", "single", [])]
    >>> Comparison(rows).row("single").name
    'amber'
    """

    rows: list[ComparisonRow]
    notes: list[str] = field(default_factory=list)
    files: dict[str, Any] = field(default_factory=dict)

    def row(self, kind: Kind) -> ComparisonRow | None:
        """The first row of a kind; None if there is none."""
        return next((row for row in self.rows if row.kind == kind), None)


async def compare(
    evaluator: Evaluator, team: Team[Any], answer: AnswerBy, protocol: str, items: Sequence[Item]
) -> Comparison:
    """Evaluate the protocol; returns a comparison of its row alone."""
    samples = await evaluator(team, answer, items, stage="test")
    return Comparison([ComparisonRow(protocol, "protocol", samples)])


async def add_baselines(
    comparison: Comparison, evaluator: Evaluator, members: Team[Any], dev: Dev | None, items: Sequence[Item]
) -> None:
    """Add rows for each member alone, the oracle, and, with a dev split, the best member and it at equal cost.

    A baseline that fails is a note: it does not cost what was done before.
    """
    stages = {name: f"single/{name}" for name in members}
    tried = await gather(
        {
            name: tolerated(evaluator(members.only([name]), alone, items, stage=stage), name, comparison)
            for name, stage in stages.items()
        }
    )
    singles = {name: samples for name, samples in tried.items() if samples is not None}
    comparison.rows += [ComparisonRow(name, "single", samples) for name, samples in singles.items()]
    if len(singles) < len(tried):
        return
    comparison.rows.append(ComparisonRow("oracle", "oracle", oracle(singles)))
    if dev is not None:
        await tolerated(add_best(comparison, evaluator, members, dev, items, singles), "the best single", comparison)


async def add_best(  # noqa: PLR0913 - all that the rows are made of
    comparison: Comparison,
    evaluator: Evaluator,
    members: Team[Any],
    dev: Dev,
    items: Sequence[Item],
    singles: Mapping[str, Sequence[Sample]],
) -> None:
    """Add the rows of the member that is best on dev, and of it at equal cost."""
    best = (await dev.rank(members))[0]
    comparison.rows.append(ComparisonRow(best, "best_single", singles[best]))
    times = affordable(comparison.rows[0].samples, singles[best])
    consistent = partial(self_consistency, samples=times)
    samples = await evaluator(members.only([best]), consistent, items, stage="equal_budget")
    comparison.rows.append(ComparisonRow(f"{best} x {times}", "equal_budget", samples))


async def tolerated(work: Awaitable[T], name: str, comparison: Comparison) -> T | None:
    """The result of a baseline's work; where it fails, None, and a note. What concerns the whole run is raised."""
    try:
        return await work
    except (BadTrace, CannotWrite, Divergence):
        raise
    except SymposiaError as error:
        comparison.notes.append(f"Baseline {name} failed: {error}")
        return None


async def self_consistency(team: Team[Any], question: Ask, *, samples: int) -> Answer:
    """The most frequent of several sampled answers of the team's first member; one sample is greedy."""
    name = team.names[0]
    if samples == 1:
        return await team.ask(name, question)
    said = [await team.ask(name, question, temperature=TEMPERATURE) for _ in range(samples)]
    return plurality(said, team.read)


def affordable(spent: Sequence[Sample], one: Sequence[Sample]) -> int:
    """The number of one model's answers that cost about as many tokens as were spent, at least one."""
    return max(1, round(tokens(spent) / max(1, tokens(one))))


def tokens(samples: Sequence[Sample]) -> int:
    """The sum of prompt and completion tokens."""
    return sum(sample.usage.prompt_tokens + sample.usage.completion_tokens for sample in samples)


def oracle(singles: Mapping[str, Sequence[Sample]]) -> list[Sample]:
    """For each question the sample with the best score; ties to the first, unscored ones last."""
    return [
        max(samples, key=lambda sample: -inf if sample.score is None else sample.score)
        for samples in zip(*singles.values(), strict=True)
    ]
