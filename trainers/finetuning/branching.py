"""Rollouts of texts in patches: which writer of the next patch leads to the best answers, on dev questions.

    prefix: c patches by drawn writers;   from it, for every writer j, some continuations that begin with j, then drawn
    u_j = mean score of those of j;   the label is argmax_j u_j, where the best is better than the second

Feng et al. 2025, https://arxiv.org/abs/2510.09913. What differs: every writer begins as many continuations; a prefix
may be empty, as it is when the selector is asked first; where no writer is the best, there is no label.
"""

import asyncio
from collections.abc import Sequence
from contextlib import suppress
from random import Random
from statistics import fmean
from typing import TYPE_CHECKING, Any

from pydantic import SerializeAsAny

from ...agents import Answer, Sampling, Team
from ...agents.concurrency import gather
from ...agents.decoding.decoder import run_probe
from ...agents.decoding.probe import Probe, ProbeResult
from ...agents.decoding.switching import Scheduled, Switch, WhoWrites
from ...agents.errors import PromptTooLong
from ...agents.frozen import Frozen
from ...agents.message import Prompt
from ...agents.objective import Objective
from ...agents.seeds import derive

if TYPE_CHECKING:
    from ...agents.decoding.joint_text import JointText
    from ...agents.decoding.peers import Peers

AT_ONCE = 16
"""The number of prefixes whose continuations are written concurrently."""


class Branches(ProbeResult):
    """What the selector is asked after a prefix, None if the text had ended, and the texts of all continuations.

    >>> Branches(asked=None, ends=()).ends
    ()
    """

    asked: WhoWrites | None
    ends: tuple[str, ...]


class Branch(Probe):
    """A request for a prefix in patches, and continuations of it; all writers are given by number.

    >>> from symposia.agents import Ask
    >>> method = Switch(question="2 + 2?", writers=("amber", "blue"), selector="amber", patch=2)
    >>> branch = Branch(method=method, prompt=Ask(text="2 + 2?"), sampling=Sampling(), prefix=(1,), schedules=((0, 1),))
    >>> branch.scheduled((0, 1)).patch
    2
    """

    method: Switch
    prompt: SerializeAsAny[Prompt]
    sampling: Sampling
    prefix: tuple[int, ...]
    schedules: tuple[tuple[int, ...], ...]

    async def result(self, peers: "Peers") -> Branches:
        """Write the prefix, and go on from it in one batch."""
        from ...agents.decoding.result import answer_of

        with peers.text(self.prompt, self.method.writers, self.sampling) as text:
            try:
                for number in self.prefix:
                    if text.finish is None:
                        await self.method.add(text, number)
            except PromptTooLong:
                text.finish = "length"
            spent = answer_of(text).usage
            if text.finish is not None:
                return Branches(asked=None, ends=(), usage=spent)
            ends = await asyncio.gather(*(self.followed(peers, text, place) for place in range(len(self.schedules))))
            usage = sum((one.usage for one in ends), spent)
            return Branches(asked=self.method.prompt(text), ends=tuple(one.text for one in ends), usage=usage)

    async def followed(self, peers: "Peers", text: "JointText", place: int) -> Answer:
        """The answer after the text, by the schedule at this place."""
        from ...agents.decoding.result import answer_of

        sampling = self.sampling.model_copy(update={"seed": derive(self.sampling.seed, "branch", place)})
        with peers.text(self.prompt, self.method.writers, sampling) as branch:
            for token in text.tokens:
                branch.say(token.by, token.id, token.logprob)
            with suppress(PromptTooLong):
                await self.scheduled(self.schedules[place]).write(branch)
            return answer_of(branch)

    def scheduled(self, schedule: tuple[int, ...]) -> Scheduled:
        """The decoding method with these writers."""
        return Scheduled(writers=self.method.writers, patch=self.method.patch, schedule=schedule)


class Labelled(Frozen):
    """What the selector is asked, and the number of the writer whose continuations were best.

    >>> Labelled(asked=WhoWrites(question="2 + 2?", written="", last=1), label=1).label
    1
    """

    asked: WhoWrites
    label: int


def best_first(utilities: Sequence[float | None]) -> int | None:
    """The place of the best utility, None where the second is as good, or fewer than two are known.

    >>> best_first([0.2, 0.7, None]), best_first([0.5, 0.5]), best_first([0.5, None])
    (1, None, None)
    """
    known = sorted((-one, place) for place, one in enumerate(utilities) if one is not None)
    return known[0][1] if len(known) > 1 and known[0][0] < known[1][0] else None


def utilities(scores: Sequence[float | None], writers: int) -> list[float | None]:
    """The mean score of the continuations that begin with each writer, which take turns; None where none is scored.

    >>> utilities([1.0, 0.0, 0.0, None], 2)
    [0.5, 0.0]
    """
    by = [[score for score in scores[number::writers] if score is not None] for number in range(writers)]
    return [fmean(one) if one else None for one in by]


def drawn_writers(rng: Random, writers: int, count: int) -> tuple[int, ...]:
    """As many numbers of writers, each as likely.

    >>> drawn_writers(Random(7), 4, 3)
    (2, 1, 3)
    """
    return tuple(rng.randrange(writers) for _ in range(count))


def patches_of(max_tokens: int, patch: int) -> int:
    """The number of patches of the longest text.

    >>> patches_of(24, 7)
    4
    """
    return -(-max_tokens // patch)


class Branching(Frozen):
    """How rollouts are drawn: prefixes of a question, the most patches of one, and continuations for each writer.

    >>> Branching(prefixes=2, before=1, rollouts=2).drawn(0, 0, writers=2, patches=3)
    ((1,), ((0, 1, 1), (1, 0, 1), (0, 0, 0), (1, 0, 1)))
    """

    prefixes: int
    before: int
    rollouts: int

    def drawn(
        self, seed: int, place: int, *, writers: int, patches: int
    ) -> tuple[tuple[int, ...], tuple[tuple[int, ...], ...]]:
        """A prefix, and schedules of this many patches: the writers begin in turn, the rest is drawn."""
        rng = Random(derive(seed, place))
        prefix = drawn_writers(rng, writers, rng.randint(0, self.before))
        firsts = [number for _ in range(self.rollouts) for number in range(writers)]
        return prefix, tuple((number, *drawn_writers(rng, writers, patches - 1)) for number in firsts)


async def labelled(
    team: Team[Any], dev: Objective, places: Sequence[int], method: Switch, branching: Branching
) -> list[Labelled]:
    """What rollouts from dev questions at these places teach a selector."""
    free, count = asyncio.Semaphore(AT_ONCE), len(method.writers)
    patches = patches_of(team.context.sampling.max_tokens, method.patch)

    async def branches(place: int, number: int) -> Branches:
        question = dev.questions[place]
        prefix, schedules = branching.drawn(team.seed(f"prefix {number}"), place, writers=count, patches=patches)
        sampling = team.context.sampling.model_copy(update={"seed": team.seed(f"branches/{place}/{number}")})
        own = method.model_copy(update={"question": question.text})
        branch = Branch(method=own, prompt=question, sampling=sampling, prefix=prefix, schedules=schedules)
        async with free:
            return await run_probe(team, f"branches/{place}/{number}", branch, Branches)

    keys = [(place, number) for place in places for number in range(branching.prefixes)]
    rows = []
    for (place, _), found in (await gather({key: branches(*key) for key in keys})).items():
        scores = [await dev.grade(place, end) for end in found.ends]
        label = best_first(utilities(scores, count))
        rows += [] if label is None or found.asked is None else [Labelled(asked=found.asked, label=label)]
    return rows
