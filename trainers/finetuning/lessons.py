"""A round of distilling a team into its members: how good they are, and what each is taught next."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from random import Random
from statistics import fmean
from typing import Any, NamedTuple, Protocol

from ...agents import Team
from ...agents.concurrency import gather
from ...agents.errors import BadScenario
from ...agents.message import Ask
from ...agents.objective import Graded, Objective
from ...agents.seeds import derive
from .distillation import Lesson, kept, own_answers, share, team_answers


class Halves(NamedTuple):
    """The dev questions that are taught, every other one, and those that choose.

    >>> Halves.of([Ask(text="a"), Ask(text="b"), Ask(text="c")]).choose
    (1,)
    >>> Halves.of([Ask(text=one) for one in "abcd"], groups=["sums", "graphs", "sums", "graphs"]).train
    (0, 1)
    """

    questions: Sequence[Ask]
    train: tuple[int, ...]
    choose: tuple[int, ...]

    @classmethod
    def of(cls, questions: Sequence[Ask], groups: Sequence[str | None] = ()) -> "Halves":
        """The halves of some questions; with groups, every other one of each, so that both halves have all topics."""
        first = {group: place for place, group in reversed(list(enumerate(groups)))}
        places = sorted(range(len(questions)), key=lambda place: first[groups[place]] if groups else 0)
        return cls(questions, tuple(sorted(places[::2])), tuple(sorted(places[1::2])))

    @classmethod
    def split(cls, questions: Sequence[Ask], groups: Sequence[str | None] = (), *, where: str) -> "Halves":
        """The halves of at least two questions. Raises `BadScenario`.

        Without groups they are drawn: kinds of questions that take turns in dev are then in both halves.
        """
        if len(questions) < 2:
            raise BadScenario(f"{where}: dev has fewer than two questions. Half of it trains, the other chooses.")
        if any(group is not None for group in groups):
            return cls.of(questions, groups)
        train = Random(len(questions)).sample(range(len(questions)), (len(questions) + 1) // 2)
        return cls(questions, tuple(sorted(train)), tuple(sorted(set(range(len(questions))) - set(train))))


@dataclass(frozen=True)
class Round:
    """The members as they are: their answers to dev, and their scores and that of their vote where nobody was taught.

    >>> Round(team=None, graded={}, members={"amber": 0.5, "blue": 0.6}, score=0.7).best
    'blue'
    """

    team: Team[Any]
    graded: Mapping[str, Sequence[Graded]]
    members: dict[str, float]
    score: float

    @property
    def best(self) -> str:
        """The member with the best score, ties to the first."""
        return max(self.members, key=lambda name: self.members[name])


async def measured(team: Team[Any], dev: Objective, halves: Halves) -> Round:
    """The members' answers to all dev questions, and the scores of those that choose."""
    graded = await gather({name: dev.graded(team.only([name])) for name in team})
    voted = team_answers(graded, halves.questions)
    members = {name: score_of([one[place].score for place in halves.choose]) for name, one in graded.items()}
    said = [voted[place] for place in halves.choose]
    return Round(team, graded, members, score_of([None if one is None else one.score for one in said]))


def score_of(scores: Sequence[float | None]) -> float:
    """The mean of the scored ones; 0 where none is."""
    known = [score for score in scores if score is not None]
    return fmean(known) if known else 0.0


class Taught(Protocol):
    """What lessons depend on: the shares of own and best answers, which are kept, and who teaches."""

    @property
    def own(self) -> float: ...

    @property
    def best(self) -> float: ...

    @property
    def keep(self) -> str: ...

    @property
    def teacher(self) -> str: ...


def lessons_of(before: Round, halves: Halves, options: Taught, seed: int) -> dict[str, list[Lesson]]:
    """What each member is taught: the team's answers, a share of its own, and a share of the best member's.

    A member that teaches itself is taught its own answers in the place of the team's, and nothing of others.
    """
    train = [halves.questions[place] for place in halves.train]
    graded = {name: [one[place] for place in halves.train] for name, one in before.graded.items()}
    own = {name: kept(own_answers(one, train), options.keep) for name, one in graded.items()}
    if options.teacher == "self":
        return own
    common = kept(team_answers(graded, train), options.keep)
    best = share(own[before.best], options.best, derive(seed, "best"))
    return {
        name: [*common, *share(some, options.own, derive(seed, name)), *(best if name != before.best else ())]
        for name, some in own.items()
    }
