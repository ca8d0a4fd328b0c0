"""The decoding method of api/mentor_collab."""

from random import Random
from typing import TYPE_CHECKING, ClassVar

from ....agents.decoding.heads import Head
from ....agents.errors import PromptTooLong
from ....trainers.heads.branch_points import Judging

if TYPE_CHECKING:
    from ....agents.decoding.joint_text import JointText
    from ....agents.decoding.pieces import Draft
    from ....trainers.heads.branch_points import Better

LONGEST = 11
"""The maximum number of tokens in a word."""


OPTIONS = """

I will now go on in one of two ways, and choose the one that is more likely to lead to the right final answer.
(A) {first}
(B) {second}"""


CUE = "\nThe better way to go on is ("


class Mentor(Judging):
    """The generator writes word by word and follows the mentor where it judges the mentor's draft to be better.

    >>> import asyncio
    >>> from symposia.agents import Ask, Team
    >>> from symposia.agents.decoding.decoder import decode
    >>> from symposia.agents.loading import load
    >>> team = Team({name: load(f"pocket:{name}") for name in ("strings", "generalist")})
    >>> method = Mentor(generator="strings", mentor="generalist", consult=0)  # never asks the mentor
    >>> asyncio.run(decode(team, Ask(text="sort d c a"), method)).text
    'a c d'
    """

    one_vocabulary: ClassVar[bool] = False

    mentor: str
    consult: float = 0.25
    patch: int = 16
    orders: int = 2
    head: Head | None = None
    threshold: float = 0.5

    def peers(self, members: tuple[str, ...]) -> tuple[str, ...]:
        """The generator and the mentor."""
        return self.generator, self.mentor

    async def write(self, text: "JointText") -> None:
        """Write word by word; counts words, consultations, differences and followed drafts."""
        await self.write_by(text, self.better)

    async def write_by(self, text: "JointText", better: "Better") -> None:
        """Write word by word; `better` chooses between two drafts."""
        draws = Random(text.sampling.seed)
        while text.finish is None:
            draft = await text.draft(self.generator, LONGEST, word=True)
            text.count("words")
            if draws.random() < self.consult:
                draft = await self.consulted(text, draft, better)
            text.keep(draft)

    async def consulted(self, text: "JointText", word: "Draft", better: "Better") -> "Draft":
        """The generator's word if the mentor's is equal, else the better of their drafts."""
        text.count("consulted")
        other = await text.draft(self.mentor, LONGEST, word=True)
        if (other.text, other.ends) == (word.text, word.ends):
            return word
        text.count("differed")
        own = await text.draft(self.generator, self.patch)
        return await better(text, own, await text.draft(self.mentor, self.patch))

    async def better(self, text: "JointText", own: "Draft", other: "Draft") -> "Draft":
        """The generator's own draft or the mentor's; its own where judging would exceed its context length."""
        try:
            if await self.keeps(text, own, other):
                return own
        except PromptTooLong:
            return own
        text.count("followed")
        return other

    async def keeps(self, text: "JointText", own: "Draft", other: "Draft") -> bool:
        """True if the generator prefers its own draft, by its head or by the letters."""
        if self.head is None:
            return await self.preference(text, own, other) >= 0
        participant = text.ready(self.generator)
        _, state = await participant.show(participant.model.encode(self.remark(own, other)))
        return self.head(state) >= self.threshold

    def remark(self, own: "Draft", other: "Draft") -> str:
        """The text that precedes the head's hidden state: both drafts, without the cue to choose."""
        return OPTIONS.format(first=own.text, second=other.text)

    async def preference(self, text: "JointText", own: "Draft", other: "Draft") -> float:
        """The log-odds, in nats, of the letter of the generator's own draft: the mean over the orders."""
        pairs = [(own, other), (other, own)][: self.orders]
        total = 0.0
        for sign, (first, second) in zip((1, -1), pairs, strict=False):
            a, b = await text.label_logprobs(self.generator, self.remark(first, second) + CUE, ("A", "B"))
            total += sign * (a - b)
        return total / len(pairs)
