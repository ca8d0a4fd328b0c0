"""Two systems question by question: what was fixed and broken, and where two runs first differ."""

from collections.abc import Mapping, Sequence

from ...agents.frozen import Frozen
from ...evaluators.comparison import ComparisonRow
from ...evaluators.sample import Sample
from ..reporting.paired import PairedRow, paired
from .run_view import RunView


class Divergence(Frozen):
    """The first message of a question that differs between two runs: its number in each, -1 where it is missing.

    >>> Divergence(place="test/0", before=3, after=5).after
    5
    """

    place: str
    before: int
    after: int


class Versus(Frozen):
    """Run `after` against run `before`, both by their index in the document.

    `paired` is the difference in score over the questions that both have, with its interval.

    >>> Versus(before=0, after=1).divergences
    ()
    """

    before: int
    after: int
    paired: PairedRow | None = None
    divergences: Sequence[Divergence] = ()


def by_score(name: str, before: Mapping[str, Sample], after: Mapping[str, Sample]) -> PairedRow | None:
    """The paired difference of two runs over the questions of the same id; None where they have none in common."""
    old = {one.id: one for place, one in before.items() if place.startswith("test/")}
    new = {one.id: one for place, one in after.items() if place.startswith("test/")}
    both = [one for one in new if one in old]
    if not both:
        return None
    scores = [one.score for side in (old, new) for key in both if (one := side[key]).score is not None]
    if not all(0.0 <= score <= 1.0 for score in scores):
        return None
    rows = [ComparisonRow(name, "protocol", [side[key] for key in both]) for side in (new, old)]
    return paired(rows[0], rows[1], (0.0, 1.0))


Key = tuple[str, str, str, int, str]


def first_divergences(before: RunView, after: RunView, texts: Sequence[Sequence[str]]) -> list[Divergence]:
    """The first difference of each question that two runs have in common and answered otherwise, in the order of after.

    Messages are the same if place, sender, receiver, turn and kind are; the order of others is no difference. `texts`
    are those of both runs, by number.
    """
    first, second = (keyed(view) for view in (before, after))
    found: dict[str, Divergence] = {}
    common = {one.place for one in before.questions} & {one.place for one in after.questions}
    for key, number in second.items():
        place = after.questions[after.roots[after.columns.place[number]]].place
        if place in found or place not in common:
            continue
        other = first.get(key, -1)
        if other < 0 or said(before, other, texts[0]) != said(after, number, texts[1]):
            found[place] = Divergence(place=place, before=other, after=number)
    return list(found.values())


def keyed(view: RunView) -> dict[Key, int]:
    """The events of a run by what they are, whenever they were."""
    columns = view.columns
    return {
        (
            view.places[columns.place[number]],
            view.agents[columns.sender[number]],
            view.agents[columns.to[number]],
            columns.turn[number],
            view.kinds[columns.kind[number]],
        ): number
        for number in range(len(columns.place))
    }


def said(view: RunView, number: int, texts: Sequence[str]) -> str:
    """The text of an event."""
    text = view.columns.text[number]
    return texts[text] if text >= 0 else ""
