"""Unite: models of different tokenizers write together, one token at a time, from the union of their likeliest.

    U = union_i top_k(p_i), as text;     q_i(u) = p_i(u) / sum_U p_i, where a u that is no token of i's counts
    as the first of its tokens there;    y_t = argmax_U sum_i w_i q_i(u)

UniTE: Yao et al. 2024, https://arxiv.org/abs/2410.03777. Models of one vocabulary are compared by token ids, so
copies of a model write what it writes; inside a character only models of its vocabulary have a say. `gate` says
where they unite; the lead writes all other tokens:

    sure    where the lead's likeliest token has less than the probability `sure`; everywhere by default
    safe    SAFE: Yun et al. 2025, https://arxiv.org/abs/2510.15346. The lead drafts `draft` tokens, and the others
            read them in one pass. They unite at a token if no other's own token would go on where it begins, and
            if it is neither everyone's first choice nor has a mean probability above 1/2. Where no word of the
            union has 1/2, a word that the lead gives more than `sharpen` takes over those that begin with it.

What differs from SAFE: others spell only the last tokens of a text anew; a draft goes on if uniting confirms it.
"""

from math import inf
from typing import TYPE_CHECKING, ClassVar, Final, Literal

from pydantic import Field

from ...agents import Answer, Ask, Stepper, Team
from ...agents.decoding.decoder import decode
from ...agents.decoding.method import DecodingMethod
from ...agents.decoding.token_union import Union, views
from ...agents.errors import BadScenario
from ...agents.options import ProtocolOptions, takes

if TYPE_CHECKING:
    from torch import Tensor

    from ...agents.decoding.draft_check import DraftPosition
    from ...agents.decoding.joint_text import JointText

HALF: Final = 0.5
"""A probability above this is the largest one."""


class Unite(DecodingMethod):
    """The weighted mean of distributions over the union of every member's `k` likeliest tokens.

    >>> import asyncio
    >>> from symposia.agents.loading import load
    >>> team = Team({name: load(f"pocket:{name}") for name in ("generalist", "strings")})
    >>> asyncio.run(decode(team, Ask(text="sort d c a"), Unite(k=5))).text
    'a c d'
    """

    one_vocabulary: ClassVar[bool] = False

    k: int = 10
    weights: tuple[float, ...] | None = None
    sure: float = 1.0

    async def write(self, text: "JointText") -> None:
        """Write token by token; counts the tokens picked from the union."""
        lead = self.lead(text)
        while text.finish is None:
            logits = await text.next(lead)
            if self.sure < 1 and float(logits.softmax(-1).max()) >= self.sure:
                text.say(lead, *text.pick(logits))
            else:
                union = Union.of(await views(text), self.shares(text), self.k)
                place, logprob = text.pick(union.mixture)
                text.say(*union.token(place), logprob)
                text.count("united")

    def lead(self, text: "JointText") -> str:
        """The first member. Raises `BadScenario` where some vocabulary has no `k` tokens."""
        sizes = {name: participant.model.vocabulary.size for name, participant in text.participants.items()}
        least = min(sizes, key=lambda name: sizes[name])
        if self.k > sizes[least]:
            raise BadScenario(
                f"logit/unite.k: {self.k} likeliest of {least}'s {sizes[least]:,} tokens. Use no more than that."
            )
        return next(iter(text.participants))

    def shares(self, text: "JointText") -> dict[str, float]:
        """The weight of every member; they sum to 1."""
        weights = self.weights or (1.0,) * len(text.participants)
        return {name: weight / sum(weights) for name, weight in zip(text.participants, weights, strict=True)}


class Safe(Unite):
    """Unites only where tokenizations agree and the members do not: elsewhere the lead's draft is kept.

    >>> import asyncio
    >>> from symposia.agents.loading import load
    >>> team = Team({name: load(f"pocket:{name}") for name in ("generalist", "strings")})
    >>> asyncio.run(decode(team, Ask(text="sort d c a"), Safe(draft=3))).text
    'a c d'
    """

    draft: int = 5
    sharpen: float = 0.1

    async def write(self, text: "JointText") -> None:
        """Write draft by draft; counts the tokens that were united, and those where uniting was unsafe."""
        from ...agents.decoding.draft_check import draft

        lead = self.lead(text)
        while text.finish is None:
            for place in await draft(text, lead, self.draft):
                if text.finish is not None or not self.kept(text, place):
                    break

    def kept(self, text: "JointText", place: "DraftPosition") -> bool:
        """Append the drafted token or the one of the union; returns whether the draft goes on."""
        token = place.token
        if place.others is None:
            text.count("unsafe")
        elif not self.agreed(text, place):
            text.count("united")
            union = Union.of(place.views, self.shares(text), self.k)
            number, logprob = text.pick(self.sharpened(union, place))
            if union.words[number] != place.own.word(token.id):
                text.say(*union.token(number), logprob)
                return False
        text.say(token.by, token.id, token.logprob)
        return True

    def agreed(self, text: "JointText", place: "DraftPosition") -> bool:
        """True if the drafted token is every member's top token, or has a mean probability above 1/2."""
        word, shares = place.own.word(place.token.id), self.shares(text)
        if all(view.first == word for view in place.views.values()):
            return True
        given = {name: float(view.scores((word,), view.likeliest(self.k)).exp()) for name, view in place.views.items()}
        return sum(shares[name] * given[name] for name in given) > HALF

    def sharpened(self, union: Union, place: "DraftPosition") -> "Tensor":
        """The mixture; where no word has 1/2, gathered on words that the lead gives more than `sharpen`."""
        if self.sharpen >= 1 or float(union.mixture.max().exp()) >= HALF:
            return union.mixture
        own = union.tokens[place.token.by]
        return union.gathered(word for word, token in own.items() if place.own.logprobs[token].exp() > self.sharpen)


class Options(ProtocolOptions):
    """The tokens that are united, their weights, and the gate that says where.

    >>> Options(weights=(1.0,)).check(("amber", "blue"))
    Traceback (most recent call last):
    symposia.agents.errors.BadScenario: logit/unite.weights: (1.0,) for 2 models. Give each one, none negative.
    """

    k: int = Field(10, description="The number of each member's likeliest tokens that are united.")
    weights: tuple[float, ...] | None = Field(None, description="One a member, in their order; equal by default.")
    gate: Literal["sure", "safe"] = Field("sure", description="The rule for where to unite; elsewhere the lead writes.")
    sure: float = Field(1.0, ge=0, description="The lead's probability from which it writes alone.")
    draft: int = Field(5, description="Tokens that the lead drafts (safe).")
    sharpen: float = Field(0.1, ge=0, description="The lead's probability from which a word gathers others (safe).")

    def check(self, members: tuple[str, ...]) -> None:
        """Raise `BadScenario` for numbers out of range, or weights that do not fit the members."""
        weights = self.weights
        if weights is not None and (len(weights) != len(members) or not 0 < sum(weights) < inf or min(weights) < 0):
            raise BadScenario(
                f"logit/unite.weights: {weights} for {len(members)} models. Give each one, none negative."
            )
        if self.k < 1:
            raise BadScenario(f"logit/unite.k: {self.k} likeliest tokens. Use 1 or more; the paper uses 10.")
        if self.draft < 1:
            raise BadScenario(f"logit/unite.draft: {self.draft} tokens. Use 1 or more; the paper uses 5.")


@takes(Options)
async def answer(team: Team[Stepper], question: Ask, options: Options) -> Answer:
    """An answer decoded with all members; the first leads."""
    if options.gate == "sure":
        method = Unite(k=options.k, weights=options.weights, sure=options.sure)
    else:
        method = Safe(k=options.k, weights=options.weights, draft=options.draft, sharpen=options.sharpen)
    return await decode(team, question, method)
