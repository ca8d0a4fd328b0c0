"""What the members of a debate are trained on: their own answers that agree with the majority's."""

from collections.abc import Mapping, Sequence
from random import Random
from typing import Any, NamedTuple

from ...agents import Answer, Ask, Team
from ...agents.collective import Collective
from ...agents.criticism import debated
from ...agents.objective import Objective
from ...agents.voting import plurality, tally
from .lessons import Halves, score_of


class Debate(NamedTuple):
    """The answers of each round by generator, and what was read of them; None where nothing was.

    >>> Debate((), ({"amber": "A", "blue": "B"}, {"amber": "A", "blue": "A"})).majority
    'A'
    """

    said: Sequence[Mapping[str, Answer]]
    read: Sequence[Mapping[str, str | None]]

    @property
    def majority(self) -> str | None:
        """The most frequent reading of the last round, ties to the first generator's; None where nothing was read."""
        votes = tally(list(self.read[-1].values()))
        return max(votes, key=lambda reading: votes[reading]) if votes else None

    def agrees(self, name: str, number: int) -> bool:
        """True if a generator's answer of a round is the majority's in the end."""
        return self.majority is not None and self.read[number][name] == self.majority


def first_answers(debates: Sequence[Debate], name: str, keep: str = "agreed") -> list[Answer]:
    """What a generator is trained on: its answers of the first round that agree, or all of them."""
    return [one.said[0][name] for one in debates if keep == "all" or one.agrees(name, 0)]


def last_answers(debates: Sequence[Debate], name: str, turned: float, seed: int, keep: str = "agreed") -> list[Answer]:
    """What a critic is trained on: its answers of the last round that agree, as many as the mix allows.

    `turned` is the share of those whose generator did not agree at first; nothing is left where one of both kinds is
    missing and has a share. With `keep: all` there is neither choice nor mix.
    """
    long = [one for one in debates if len(one.said) > 1]
    if keep == "all":
        return [one.said[-1][name] for one in long]
    agreed = [one for one in long if one.agrees(name, len(one.said) - 1)]
    right = [one.said[-1][name] for one in agreed if not one.agrees(name, 0)]
    stayed = [one.said[-1][name] for one in agreed if one.agrees(name, 0)]
    first, second = mixed(len(right), len(stayed), turned)
    return [*drawn(right, first, seed), *drawn(stayed, second, seed)]


def mixed(right: int, stayed: int, share: float) -> tuple[int, int]:
    """How many of each kind are taken, so that `share` of all are of the first, and as many as there can be.

    >>> mixed(3, 20, 0.5), mixed(3, 20, 0.0), mixed(0, 20, 0.5)
    ((3, 3), (0, 20), (0, 0))
    """
    most = min(right / share if share else float("inf"), stayed / (1 - share) if share < 1 else float("inf"))
    return round(share * int(most)), round((1 - share) * int(most))


def drawn(answers: Sequence[Answer], count: int, seed: int) -> list[Answer]:
    """So many of some answers, in their order."""
    places = set(Random(seed).sample(range(len(answers)), min(count, len(answers))))
    return [one for place, one in enumerate(answers) if place in places]


class Held(NamedTuple):
    """A team's debates on the questions that are trained on, and the score of their votes on the others.

    >>> Held((), 0.5).score
    0.5
    """

    debates: Sequence[Debate]
    score: float


async def held(  # noqa: PLR0913 - a team, its questions, and how it debates
    team: Team[Any], dev: Objective, halves: Halves, critics: Mapping[str, str], rounds: int, name: str
) -> Held:
    """The debates of a team on all dev questions; `name` names them in the trace."""
    asked = {one.render(): one for one in dev.questions}
    found: dict[str, Debate] = {}

    async def answer(own: Team[Any], question: Ask) -> Answer:
        said = await debated(own, asked.get(question.text, question), critics, rounds)
        read = [{name: own.read(one.text) for name, one in some.items()} for some in said]
        found[question.text] = Debate(said, read)
        return plurality(said[-1].values(), own.read)

    graded = await dev.graded(team.with_models({name: Collective(team, answer)}))
    debates = [found.get(halves.questions[place].render()) for place in halves.train]
    return Held([one for one in debates if one is not None], score_of([graded[at].score for at in halves.choose]))
