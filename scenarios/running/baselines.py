"""The baselines of a run: single models, or other models in one place of the protocol."""

from collections.abc import Sequence
from functools import partial
from typing import Any

from ...agents import Team
from ...agents.concurrency import gather
from ...evaluators.comparison import Comparison, ComparisonRow, oracle, tolerated
from ...evaluators.evaluator import AnswerBy, Evaluator
from ...evaluators.sample import Sample
from ...evaluators.task import Item
from ..planning.parts import Part
from ..planning.stand_ins import Place, stand_ins


async def add_stand_ins(  # noqa: PLR0913 - all that the rows are made of
    comparison: Comparison, evaluator: Evaluator, part: Part, place: Place, members: Team[Any], items: Sequence[Item]
) -> None:
    """Add a row for each member that can take a place, of the protocol with it there, and the oracle of all.

    The team's own member in that place is the protocol's row. A baseline that fails is a note.
    """
    others = stand_ins(place, members)
    comparison.notes.append(stood_in(place, others))
    work = {name: stage(evaluator, part, place, members.only([*place.kept, name]), items) for name in others}
    tried = await gather({name: tolerated(one, name, comparison) for name, one in work.items()})
    singles = {name: samples for name, samples in tried.items() if samples is not None}
    comparison.rows += [ComparisonRow(name, "single", samples) for name, samples in singles.items()]
    if singles and len(singles) == len(tried):
        best = oracle({place.name: comparison.rows[0].samples, **singles})
        comparison.rows.append(ComparisonRow("oracle", "oracle", best))


async def stage(
    evaluator: Evaluator, part: Part, place: Place, team: Team[Any], items: Sequence[Item]
) -> Sequence[Sample]:
    """The samples of the protocol with a team's last member in this place."""
    name = team.names[-1]
    options = {**part.protocol.for_verb("answer", part.options), place.option: name}
    answer: AnswerBy = partial(part.protocol.verbs["answer"], **options)
    return await evaluator(team, answer, items, stage=f"single/{name}")


def stood_in(place: Place, names: Sequence[str]) -> str:
    """The note on what the baselines are."""
    if not names:
        return (
            "No baselines: alone, a model would not be asked anything. Name other models for the place of "
            f"{place.name} in against."
        )
    return (
        f"Baselines: {', '.join(names)} in the place of {place.name}, all else the same; the oracle is the best of "
        f"them and {place.name} for each question. Nothing was chosen on dev, nor repeated at equal tokens."
    )
