"""Compares a protocol with baselines: its members alone, and the best of them at the same cost.

    singles        each member alone
    best single    the one with the best dev score: the choice without collaboration
    oracle         for each question the member that did best: the score of perfect routing
    equal budget   the best single for no fewer tokens than the protocol spent, see `equal_tokens`

Dev selects, test reports.
"""

from collections.abc import Awaitable, Mapping, Sequence
from dataclasses import dataclass, field
from math import inf
from typing import Any, Literal, TypeVar

from ..agents import Team
from ..agents.accounting import Usage
from ..agents.concurrency import gather
from ..agents.errors import BadTrace, CannotWrite, Divergence, SymposiaError
from .control import ControlRow
from .dev import Dev
from .equal_tokens import COMPARATOR, EqualTokens
from .evaluator import AnswerBy, Evaluator, alone
from .judging.controls import Control
from .saboteurs import SaboteurRow
from .sample import Sample
from .samples import Picked
from .statistics.co_failure import co_failure, note
from .task import Item

Kind = Literal["protocol", "single", "best_single", "oracle", "equal_budget"]
T = TypeVar("T")


@dataclass(frozen=True)
class ComparisonRow:
    """A system in the comparison: its name, its kind, and its samples in the order of the items.

    >>> from symposia.agents import Usage
    >>> from symposia.evaluators.equal_tokens import tokens
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

    `files` is the output of the protocol's `review`: JSON-able data by file name. `controls` are what the judges gave
    to control replies, and `judging` is all usage of judges, by the first word of the stage. `busy` is the share of the
    protocol's wall time in which each device ran a model. `control` is what reading others' answers added.

    >>> rows = [ComparisonRow("text/debate", "protocol", []), ComparisonRow("amber", "single", [])]
    >>> Comparison(rows).row("single").name
    'amber'
    """

    rows: list[ComparisonRow]
    notes: list[str] = field(default_factory=list)
    files: dict[str, Any] = field(default_factory=dict)
    controls: list[Control] = field(default_factory=list)
    judging: dict[str, Usage] = field(default_factory=dict)
    busy: dict[str, float] = field(default_factory=dict)
    control: list[ControlRow] = field(default_factory=list)
    saboteurs: list[SaboteurRow] = field(default_factory=list)

    def row(self, kind: Kind) -> ComparisonRow | None:
        """The first row of a kind; None if there is none."""
        return next((row for row in self.rows if row.kind == kind), None)


async def compare(
    evaluator: Evaluator, team: Team[Any], answer: AnswerBy, protocol: str, items: Sequence[Item]
) -> Comparison:
    """Evaluate the protocol; returns a comparison of its row alone."""
    samples = await evaluator(team, answer, items, stage="test")
    return Comparison([ComparisonRow(protocol, "protocol", samples)])


async def add_baselines(  # noqa: PLR0913 - all that the rows are made of
    comparison: Comparison,
    evaluator: Evaluator,
    members: Team[Any],
    dev: Dev | None,
    items: Sequence[Item],
    *,
    comparator: int = COMPARATOR,
) -> None:
    """Add rows for each member alone, the oracle, and, with a dev split, the best member and it at equal cost.

    A baseline that fails is a note: it does not cost what was done before. `comparator` is the version of the last row.
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
        work = add_best(comparison, evaluator, members, dev, items, comparator)
        await tolerated(work, "the best single", comparison)


async def add_best(  # noqa: PLR0913 - all that the rows are made of
    comparison: Comparison,
    evaluator: Evaluator,
    members: Team[Any],
    dev: Dev,
    items: Sequence[Item],
    comparator: int,
) -> None:
    """Add the rows of the member that is best on dev, and of it at equal cost."""
    best = (await dev.rank(members))[0]
    comparison.notes += await certified(dev, members, best)
    own = next(row.samples for row in comparison.rows if (row.name, row.kind) == (best, "single"))
    comparison.rows.append(ComparisonRow(best, "best_single", own))
    rival = EqualTokens(evaluator, members.only([best]), dev, items, comparison.rows[0].samples, own)
    found = await (rival.best() if comparator >= COMPARATOR else rival.first())
    comparison.rows.append(ComparisonRow(found.name, "equal_budget", found.samples))
    comparison.notes += found.notes


async def certified(dev: Dev, members: Team[Any], best: str) -> list[str]:
    """The co-failure certificate of several members, whose dev answers are right or wrong and all scored."""
    samples = {name: await dev.samples(members.only([name])) for name in members}
    scores = {name: [sample.score for sample in one] for name, one in samples.items()}
    if len(members) < 2 or any(score not in (0, 1) for one in scores.values() for score in one):
        return []
    known = {name: [score or 0.0 for score in one] for name, one in scores.items()}
    return [note(co_failure(known, best), best)]


async def tolerated(work: Awaitable[T], name: str, comparison: Comparison) -> T | None:
    """The result of a baseline's work; where it fails, None, and a note. What concerns the whole run is raised."""
    try:
        return await work
    except (BadTrace, CannotWrite, Divergence):
        raise
    except SymposiaError as error:
        comparison.notes.append(f"Baseline {name} failed: {error}")
        return None


def oracle(singles: Mapping[str, Sequence[Sample]]) -> Sequence[Sample]:
    """For each question the sample with the best score; ties to the first, unscored ones last."""
    systems = list(singles.values())
    scores = zip(*([-inf if sample.score is None else sample.score for sample in one] for one in systems), strict=True)
    return Picked(systems, [one.index(max(one)) for one in scores])
