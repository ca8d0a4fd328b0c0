"""MentorCollab: a small model writes; at random words it asks a mentor, and judges which of two drafts to follow.

    word = next word of G;   with probability `consult`: if M's next word differs,
        a, b = the next `patch` tokens of G, of M;   word = a if judge(a, b) >= threshold else b

    judge = `letters`: p_G("A" | text, a, b) against p_G("B" | ...);   `head`: sigmoid(w h + c), h a hidden state of G

MoCo's api_mentor_collab in its modes `free` and `train` (its docs name no paper; https://arxiv.org/abs/2602.05307
by title). What differs: `consult` is a probability (MoCo's draws made its default 0); the end of a text ends it;
each model has its own template and cache, drafts are kept in it or cut back, and the mentor reads nothing until it
is asked; the letters are compared by their probabilities and in both orders, so that position does not decide.
MoCo has heads for six generators and no code that made them; here `prepare` fits one on dev for any generator: the
label says whose draft, followed to the end, leads to the better answer. It is linear unless it is given a `width`.
"""

from random import Random
from typing import TYPE_CHECKING, ClassVar, Literal

from pydantic import Field

from ...agents import Answer, Ask, Stepper, Team
from ...agents.decoding.decoder import decode
from ...agents.decoding.heads import Head
from ...agents.errors import BadScenario, PromptTooLong
from ...agents.members import check_members
from ...agents.objective import Objective, required
from ...agents.options import ProtocolOptions, takes
from ...trainers.heads.branch_points import Judging
from ...trainers.heads.judging import Judge, fitted_judge

if TYPE_CHECKING:
    from ...agents.decoding.joint_text import JointText
    from ...agents.decoding.pieces import Draft
    from ...trainers.heads.branch_points import Better

JudgeBy = Literal["letters", "head", "better"]

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


class Options(ProtocolOptions):
    """The roles of members, the rate of consultations, and the judge of drafts.

    >>> Options(consult=25).check(("small", "large"))
    Traceback (most recent call last):
    symposia.agents.errors.BadScenario: api/mentor_collab.consult: 25.0 is not a probability. Use 0 to 1, ...
    """

    generator: str | None = Field(None, description="The member that writes and judges, by default the first.")
    mentor: str | None = Field(None, description="The member that is asked, by default the last.")
    consult: float = Field(0.25, description="The probability of asking at a word.")
    patch: int = Field(16, description="Tokens of a draft.")
    orders: int = Field(2, description="The number of orders in which two drafts are judged: 1 or 2.")
    judge: JudgeBy = Field("letters", description="By letters, by a head fitted on dev, or by the better of both.")
    threshold: float = Field(0.5, ge=0, le=1, description="The head's probability from which the own draft is kept.")
    width: int = Field(0, ge=0, description="Width of the head's hidden layer; 0 is a linear head.")
    forks: int = Field(4, ge=1, description="The most positions of a dev question that the head is fitted to.")

    def check(self, members: tuple[str, ...]) -> None:
        """Raise `UnknownName` for names of non-members, `BadScenario` for numbers out of range."""
        check_members(members, (self.generator, self.mentor))
        if not 0 <= self.consult <= 1:
            raise BadScenario(
                f"api/mentor_collab.consult: {self.consult} is not a probability. Use 0 to 1, 0.25 for 25 percent."
            )
        if self.patch < 1:
            raise BadScenario(f"api/mentor_collab.patch: drafts of {self.patch} tokens. Use 1 or more.")
        if self.orders not in (1, 2):
            raise BadScenario(f"api/mentor_collab.orders: {self.orders} orders of two drafts. Use 1 or 2.")

    def method(self, team: Team[Stepper], **changes: object) -> Mentor:
        """The decoding method of these options."""
        both = Mentor(
            generator=team.named(self.generator, default=team.names[0]),
            mentor=team.named(self.mentor, default=team.names[-1]),
            patch=self.patch,
            orders=self.orders,
        )
        return both.model_copy(update=changes)


@takes(Options)
async def prepare(team: Team[Stepper], dev: Objective | None, options: Options) -> Team[Stepper]:
    """The team with a head fitted on dev (`head`), or only if it judges better than the letters do (`better`).

    `better` compares them on dev questions that the head was not fitted to.
    """
    if options.judge == "letters":
        return team
    dev = required(dev, "api/mentor_collab.judge: a head is fitted on dev, and there is none. Use judge: letters.")
    method = options.method(team, consult=1.0)
    found = await fitted_judge(team, dev, method, most=options.forks, width=options.width)
    if options.judge == "head" and found.head is None:
        raise BadScenario(
            f"api/mentor_collab.judge: {method.generator} and {method.mentor} differ at {found.places} places of "
            f"{len(dev.questions)} dev questions, and at none of them does one draft lead to a better answer. "
            "Give more dev questions, or use judge: better, which is letters where there is no head."
        )
    kept = found if options.judge == "head" or found.is_better else found.model_copy(update={"head": None})
    return team.with_learned(kept)


@takes(Options)
async def answer(team: Team[Stepper], question: Ask, options: Options) -> Answer:
    """An answer decoded with the generator and the mentor."""
    found = team.learned_as(Judge)
    if options.judge != "letters" and found is None:
        raise BadScenario(
            f"api/mentor_collab.judge: {options.judge}, and no head was fitted. Prepare the team on dev first."
        )
    head = found.head if found else None
    method = options.method(team, consult=options.consult, head=head, threshold=options.threshold)
    return await decode(team, question, method)
