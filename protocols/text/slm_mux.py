"""SLM-MUX: each member answers several times; the most consistent member's most frequent answer is taken.

    c_i = max_a |{k : read(a_ik) = a}| / samples;   return the most frequent a_ik of argmax_i c_i

Wang et al. 2025, https://arxiv.org/abs/2510.05077, and MoCo's text_slm_mux. What differs: confidence is the share of
all samples, so that one answer that could be read among five is no certainty (`over: read` is MoCo's); answers are
compared as the task reads them; with `subset`, the members that are asked are those whose dev answers are right for
the most questions together, less the share that contradict them (the paper's search).
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from itertools import combinations
from random import Random
from typing import Literal, NamedTuple

from pydantic import Field

from ...agents import Answer, Ask, Message, Team, Writer
from ...agents.concurrency import gather
from ...agents.errors import BadScenario
from ...agents.objective import Graded, Objective, required
from ...agents.options import ProtocolOptions, takes


class Chosen(Message):
    """The result of `prepare`: the members that are asked, the better one on dev first where that settles ties.

    >>> Chosen(names=("amber",)).names
    ('amber',)
    """

    names: tuple[str, ...]


class Tally(NamedTuple):
    """A member's most frequent answer and how consistent it was.

    >>> Tally(None, 0.0).answer is None
    True
    """

    answer: Answer | None
    confidence: float


class Options(ProtocolOptions):
    """The samples of a member, the rule for ties, and the size of the subset.

    >>> Options(subset=3).check(("amber", "blue"))
    Traceback (most recent call last):
    symposia.agents.errors.BadScenario: text/slm_mux: a subset of 3 of 2 members. Give at most 2.
    """

    samples: int = Field(5, ge=1, le=100, description="Answers of each member.")
    tie: Literal["dev", "first", "random"] = Field("dev", description="The better on dev, the first, or chance.")
    over: Literal["all", "read"] = Field("all", description="Confidence is a share of all samples, or of those read.")
    subset: int | None = Field(None, ge=1, description="The number of members asked, chosen on dev; all if null.")
    penalty: float = Field(1.0, ge=0, description="The weight of contradictions in the choice of the subset.")

    def check(self, members: tuple[str, ...]) -> None:
        """Raise `BadScenario` for a subset larger than the team."""
        if self.subset is not None and self.subset > len(members):
            raise BadScenario(
                f"text/slm_mux: a subset of {self.subset} of {len(members)} members. Give at most {len(members)}."
            )


@takes(Options)
async def prepare(team: Team[Writer], dev: Objective | None, options: Options) -> Team[Writer]:
    """The team with the members that are asked."""
    names: tuple[str, ...] = team.names
    if options.subset is not None or options.tie == "dev":
        dev = required(dev, "text/slm_mux: chooses on dev, and the task has no dev split: tie: first, and no subset.")
        ranked = await dev.rank(team)
        names = tuple(ranked) if options.tie == "dev" else names
    if options.subset is not None and dev is not None:
        said = {name: await dev.graded(team.only([name])) for name in names}
        names = best_subset(said, options.subset, options.penalty)
    return team.with_learned(Chosen(names=names))


@takes(Options)
async def answer(team: Team[Writer], question: Ask, options: Options) -> Answer:
    """The most frequent answer of the most consistent member."""
    chosen = team.learned_as(Chosen)
    names = team.names if chosen is None else chosen.names
    calls = [(name, number) for name in names for number in range(options.samples)]
    said = await gather({call: team.ask(call[0], question) for call in calls})
    tallies = [tally(team, [said[call] for call in calls if call[0] == name], options) for name in names]
    most = max(one.confidence for one in tallies)
    tied = [one.answer for one in tallies if one.confidence == most and one.answer is not None]
    if not tied:
        return said[calls[0]]
    return Random(team.seed("tie")).choice(tied) if options.tie == "random" else tied[0]


def tally(team: Team[Writer], answers: list[Answer], options: Options) -> Tally:
    """A member's most frequent answer, the first of equals, and its confidence: 0 where none could be read."""
    readings = [team.read(answer.text) for answer in answers]
    votes = Counter(reading for reading in readings if reading is not None)
    if not votes:
        return Tally(None, 0.0)
    ((best, count),) = votes.most_common(1)
    whole = len(answers) if options.over == "all" else votes.total()
    return Tally(answers[readings.index(best)], count / whole)


def best_subset(said: Mapping[str, Sequence[Graded]], size: int, penalty: float) -> tuple[str, ...]:
    """The members of which one at least is right most often, less `penalty` times how often another contradicts it.

    The first of equals, in the order of the names.
    """
    return max(combinations(said, size), key=lambda names: _worth([said[name] for name in names], penalty))


def _worth(members: Sequence[Sequence[Graded]], penalty: float) -> float:
    right = contradicted = 0
    rows = list(zip(*members, strict=True))
    for row in rows:
        solved = [one for one in row if one.score is not None and one.score >= 1]
        right += bool(solved)
        contradicted += bool(solved) and len(solved) < sum(one.parsed is not None for one in row)
    return (right - penalty * contradicted) / len(rows)
