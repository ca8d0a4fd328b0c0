"""Places where two models go on differently, found on dev: whose draft leads to the better answer?

On dev questions, wherever the two differ, both drafts are followed to the end and graded. Where the grades
differ, that is an example to fit a judge to.
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
    from ...agents.decoding.joint_text import Draft, JointText
    from ...agents.decoding.peers import Peers

    Better: TypeAlias = Callable[[JointText, Draft, Draft], Awaitable[Draft]]

AT_ONCE = 32
"""How many questions are worked at together."""


class Judging(DecodingMethod):
    """A way of writing in which the generator, wherever another differs, judges between its own draft and the other's.

    Subclass it and define the three methods.
    """

    generator: str

    async def write_by(self, text: "JointText", better: "Better") -> None:
        """Write until the text is done, following of two drafts, the own one first, the one that `better` returns."""
        raise TypeError(f"{type(self).__name__}: does not say how to write. Define write_by.")

    def remark(self, own: "Draft", other: "Draft") -> str:
        """What a head reads after the text."""
        raise TypeError(f"{type(self).__name__}: does not say what a head reads. Define remark.")

    async def preference(self, text: "JointText", own: "Draft", other: "Draft") -> float:
        """By how much the generator prefers its own draft without a head; 0 or more is for it."""
        raise TypeError(f"{type(self).__name__}: does not say what is preferred. Define preference.")


class Fork(Frozen):
    """A place where two models go on differently.

    `before` is the text so far in the generator's tokens, `remark` what a head reads after it, `ends` the texts
    that the own and the other's draft lead to, `preferred` the generator's preference.
    """

    before: tuple[int, ...]
    remark: str
    ends: tuple[str, str]
    preferred: float


class Forks(ProbeResult):
    """The places found in one text, in order."""

    forks: tuple[Fork, ...]


class Explore(Probe):
    """Asks for the first `most` places of a text where two go on differently, and for where each draft leads.

    The text goes on by the toss of a coin, so that it comes to places that either of them leads to.
    """

    method: SerializeAsAny[Judging]
    prompt: SerializeAsAny[Prompt]
    sampling: Sampling
    most: int

    async def result(self, peers: "Peers") -> Forks:
        """Write in this way, and follow both drafts to the end wherever they differ."""
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
        """The answer that the generator comes to alone, once it has followed a draft."""
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
    """A place whose better draft is known. `group` is the number of the question it comes from."""

    prompt: SerializeAsAny[Prompt]
    before: tuple[int, ...]
    remark: str
    preferred: float
    own_is_better: bool
    group: int


class Examples(Frozen):
    """What was found on dev: at how many places two models differed, and those that tell whose draft is better."""

    places: int
    known: tuple[Example, ...]


async def examples_on_dev(team: Team[Any], dev: Objective, method: Judging, most: int) -> Examples:
    """Up to `most` places of a text for each dev question."""
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
    """What a fork teaches."""
    return Example(
        prompt=prompt,
        before=fork.before,
        remark=fork.remark,
        preferred=fork.preferred,
        own_is_better=own_is_better,
        group=group,
    )
