"""Branch points on dev: positions where the drafts of two models differ, and which draft leads to the better answer.

At each branch point both drafts are continued to the end by the generator and graded. Where the grades differ, the
branch point is an example to fit a judge to.
"""

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import suppress
from random import Random
from typing import TYPE_CHECKING, Any, TypeAlias

from pydantic import SerializeAsAny

from ...agents import Answer, Ask, Sampling, Team
from ...agents.accounting import Usage
from ...agents.concurrency import gather
from ...agents.decoding.decoder import run_probe
from ...agents.decoding.method import DecodingMethod
from ...agents.decoding.probe import Probe, ProbeResult
from ...agents.errors import PromptTooLong
from ...agents.frozen import Frozen
from ...agents.message import Prompt
from ...agents.objective import Objective

if TYPE_CHECKING:
    from ...agents.decoding.joint_text import JointText
    from ...agents.decoding.peers import Peers
    from ...agents.decoding.pieces import Draft

    Better: TypeAlias = Callable[[JointText, Draft, Draft], Awaitable[Draft]]

AT_ONCE = 32
"""The number of dev questions explored concurrently."""


class Judging(DecodingMethod):
    """A decoding method in which the generator judges between its own draft and another model's wherever they differ.

    Subclass it and define the three methods.

    >>> class FirstWord(Judging):
    ...     def remark(self, own, other):
    ...         return f" Next: {own.text} or {other.text}?"
    >>> FirstWord(generator="amber").generator
    'amber'
    """

    generator: str

    async def write_by(self, text: "JointText", better: "Better") -> None:
        """Write the text to its end, keeping of two drafts, the own one first, the one that `better` returns."""
        raise TypeError(f"{type(self).__name__}: does not say how to write. Define write_by.")

    def remark(self, own: "Draft", other: "Draft") -> str:
        """The text after the joint text at whose end a head reads the hidden state."""
        raise TypeError(f"{type(self).__name__}: does not say what a head reads. Define remark.")

    async def preference(self, text: "JointText", own: "Draft", other: "Draft") -> float:
        """The generator's preference for its own draft without a head; 0 or more is in favour of it."""
        raise TypeError(f"{type(self).__name__}: does not say what is preferred. Define preference.")


class Fork(Frozen):
    """A branch point: a position where the drafts of two models differ.

    `before` is the text so far in the generator's token ids, `remark` the text that a head reads after it, `ends` the
    final texts after the own and the other draft, `preferred` the generator's preference.

    >>> Fork(before=(2, 474), remark=" 8 or 1?", ends=("82", "19"), preferred=0.3).ends[1]
    '19'
    """

    before: tuple[int, ...]
    remark: str
    ends: tuple[str, str]
    preferred: float


class Forks(ProbeResult):
    """The branch points of one text, in order.

    >>> len(Forks(forks=(Fork(before=(), remark="", ends=("82", "19"), preferred=0.3),)).forks)
    1
    """

    forks: tuple[Fork, ...]


class Explore(Probe):
    """A request for the first `most` branch points of a text, and the final texts after each draft.

    The text itself continues with either draft at random, so that it reaches branch points after both.

    >>> from symposia.agents import Ask
    >>> explore = Explore(method=Judging(generator="amber"), prompt=Ask(text="2 + 2?"), sampling=Sampling(), most=4)
    >>> explore.prompt.render()
    '2 + 2?'
    """

    method: SerializeAsAny[Judging]
    prompt: SerializeAsAny[Prompt]
    sampling: Sampling
    most: int

    async def result(self, peers: "Peers") -> Forks:
        """Write by this method, and continue both drafts to the end at each branch point."""
        from ...agents.decoding.result import answer_of

        coin = Random(f"coin {self.sampling.seed}")
        forks: list[Fork] = []
        spent = Usage()

        async def note(text: "JointText", own: "Draft", other: "Draft") -> "Draft":
            nonlocal spent
            ends = [await self.followed(peers, text, draft) for draft in (own, other)]
            spent += ends[0].usage + ends[1].usage
            forks.append(
                Fork(
                    before=tuple(text.ready(self.method.generator).ids),
                    remark=self.method.remark(own, other),
                    ends=(ends[0].text, ends[1].text),
                    preferred=await self.method.preference(text, own, other),
                )
            )
            text.finish = "cancelled" if len(forks) == self.most else None
            return coin.choice((own, other))

        with peers.text(self.prompt, self.method.peers(()), self.sampling) as text:
            with suppress(PromptTooLong):
                await self.method.write_by(text, note)
            return Forks(forks=tuple(forks), usage=spent + answer_of(text).usage)

    async def followed(self, peers: "Peers", text: "JointText", draft: "Draft") -> Answer:
        """The generator's answer, continued alone after the text and a draft."""
        from ...agents.decoding.result import answer_of

        with peers.text(self.prompt, self.method.peers(()), self.sampling) as branch:
            for token in text.tokens:
                branch.say(token.by, token.id, token.logprob)
            branch.keep(draft)
            with suppress(PromptTooLong):
                while branch.finish is None:
                    branch.keep(await branch.draft(self.method.generator, self.sampling.max_tokens))
            return answer_of(branch)


class Example(Frozen):
    """A branch point whose better draft is known; `group` is the index of its dev question.

    >>> from symposia.agents import Ask
    >>> fork = Fork(before=(), remark="", ends=("82", "19"), preferred=0.3)
    >>> example(Ask(text="12 + 7 = ?"), fork, own_is_better=False, group=0).own_is_better
    False
    """

    prompt: SerializeAsAny[Prompt]
    before: tuple[int, ...]
    remark: str
    preferred: float
    own_is_better: bool
    group: int


class Examples(Frozen):
    """The branch points found on dev: how many, and those whose better draft is known.

    >>> Examples(places=40, known=()).places
    40
    """

    places: int
    known: tuple[Example, ...]


async def examples_on_dev(team: Team[Any], dev: Objective, method: Judging, most: int) -> Examples:
    """Explore up to `most` branch points of a text for each dev question."""
    free = asyncio.Semaphore(AT_ONCE)

    async def explored(position: int, question: Ask) -> Forks:
        sampling = team.context.sampling.model_copy(update={"seed": team.seed(f"forks/{position}")})
        async with free:
            probe = Explore(method=method, prompt=question, sampling=sampling, most=most)
            return await run_probe(team, f"forks/{position}", probe, Forks)

    found = await gather({position: explored(position, question) for position, question in enumerate(dev.questions)})
    known = []
    for position, one in found.items():
        for fork in one.forks:
            own, other = [await dev.grade(position, end) for end in fork.ends]
            if own is not None and other is not None and own != other:
                known.append(example(dev.questions[position], fork, own > other, position))
    return Examples(places=sum(len(one.forks) for one in found.values()), known=tuple(known))


def example(prompt: Prompt, fork: Fork, own_is_better: bool, group: int) -> Example:
    """A branch point as a training example."""
    return Example(
        prompt=prompt,
        before=fork.before,
        remark=fork.remark,
        preferred=fork.preferred,
        own_is_better=own_is_better,
        group=group,
    )
