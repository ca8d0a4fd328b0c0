"""SLM-MUX: each member answers several times; the most consistent member's most frequent answer is taken.

    c_i = max_a |{k : read(a_ik) = a}| / samples;   return the most frequent a_ik of argmax_i c_i

Wang et al. 2025, https://arxiv.org/abs/2510.05077, and MoCo's text_slm_mux. What differs: confidence is the share of
all samples, so that one answer that could be read among five is no certainty (`over: read` is MoCo's); answers are
compared as the task reads them; with `subset`, the members that are asked are those whose dev answers are right for
the most questions together, less the share that contradict them (the paper's search).
"""

from collections import Counter
from random import Random
from typing import NamedTuple

from ...agents import Answer, Ask, Team, Writer
from ...agents.objective import Objective, required
from ...agents.options import takes
from ...agents.repeated import ask_often
from ...trainers.search.subsets import best_subset
from .messages.slm_mux import Chosen
from .options.slm_mux import Options


class Tally(NamedTuple):
    """A member's most frequent answer and how consistent it was.

    >>> Tally(None, 0.0).answer is None
    True
    """

    answer: Answer | None
    confidence: float


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
    said = await ask_often(team, dict.fromkeys(names, question), options.samples)
    tallies = [tally(team, [one for (by, _), one in said.items() if by == name], options) for name in names]
    most = max(one.confidence for one in tallies)
    tied = [one.answer for one in tallies if one.confidence == most and one.answer is not None]
    if not tied:
        return said[names[0], 0]
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
