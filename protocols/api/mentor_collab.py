"""MentorCollab: a small model writes; at random words it asks a mentor, and judges which of two drafts to follow.

    word = next word of G;   with probability `consult`: if M's next word differs,
        a, b = the next `patch` tokens of G, of M;   word = a if log p_G("A" | text, a, b) >= log p_G("B" | ...) else b

MoCo's api_mentor_collab in its mode `free` (its docs name no paper; https://arxiv.org/abs/2602.05307 by title).
What differs: `consult` is a probability (MoCo's draws made its default 0); the end of a text ends it; each model
has its own template and cache, drafts are kept in it or cut back, and the mentor reads nothing until it is
asked; the letters are compared by their probabilities and in both orders, so that position does not decide.
"""

from random import Random
from typing import TYPE_CHECKING, ClassVar

from ...agents import Answer, Ask, Stepper, Team
from ...agents.errors import BadScenario, PromptTooLong
from ...agents.models.decoding import Way

if TYPE_CHECKING:
    from ...agents.models.shared import Draft, SharedText

LONGEST = 11
"""How many tokens a word may have."""

REMARK = """

I will now go on in one of two ways, and choose the one that is more likely to lead to the right final answer.
(A) {first}
(B) {second}
The better way to go on is ("""


class Mentor(Way):
    """The generator writes word by word and follows the mentor where it judges the mentor's draft to be better."""

    one_vocabulary: ClassVar[bool] = False

    generator: str
    mentor: str
    consult: float = 0.25
    patch: int = 16
    orders: int = 2

    def peers(self, members: tuple[str, ...]) -> tuple[str, ...]:
        """The two, the generator first."""
        return self.generator, self.mentor

    async def write(self, text: "SharedText") -> None:
        """Write word by word; counts words, consultations, differences and followed drafts."""
        draws = Random(text.sampling.seed)
        while text.finish is None:
            draft = await text.draft(self.generator, LONGEST, word=True)
            text.count("words")
            if draws.random() < self.consult:
                draft = await self.consulted(text, draft)
            text.keep(draft)

    async def consulted(self, text: "SharedText", word: "Draft") -> "Draft":
        """The generator's word if the mentor says the same, else the better of their drafts."""
        text.count("consulted")
        other = await text.draft(self.mentor, LONGEST, word=True)
        if (other.text, other.ends) == (word.text, word.ends):
            return word
        text.count("differed")
        own = await text.draft(self.generator, self.patch)
        other = await text.draft(self.mentor, self.patch)
        if await self.preference(text, own, other) >= 0:
            return own
        text.count("followed")
        return other

    async def preference(self, text: "SharedText", own: "Draft", other: "Draft") -> float:
        """By how much the generator prefers its own draft, in nats: the mean over the orders.

        Nothing where its context has no room to judge.
        """
        pairs = [(own, other), (other, own)][: self.orders]
        total = 0.0
        for sign, (first, second) in zip((1, -1), pairs, strict=False):
            remark = REMARK.format(first=first.text, second=second.text)
            try:
                a, b = await text.weigh(self.generator, remark, ("A", "B"))
            except PromptTooLong:
                return 0.0
            total += sign * (a - b)
        return total / len(pairs)


async def answer(
    team: Team[Stepper],
    question: Ask,
    *,
    generator: str | None = None,
    mentor: str | None = None,
    consult: float = 0.25,
    patch: int = 16,
    orders: int = 2,
) -> Answer:
    """One text by generator and mentor, by default the first and the last member."""
    if not 0 <= consult <= 1:
        raise BadScenario(f"api/mentor_collab.consult: {consult} is no probability. Use 0 to 1, 0.25 for 25 percent.")
    if orders not in (1, 2):
        raise BadScenario(f"api/mentor_collab.orders: {orders} orders of two drafts. Use 1 or 2.")
    way = Mentor(
        generator=team.named(generator, default=team.names[0]),
        mentor=team.named(mentor, default=team.names[-1]),
        consult=consult,
        patch=patch,
        orders=orders,
    )
    return await team.decode(question, way)
