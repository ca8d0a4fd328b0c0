"""The decoding method of logit/unite."""

from typing import TYPE_CHECKING, ClassVar, Final

from ....agents.decoding.method import DecodingMethod
from ....agents.decoding.token_union import Union, views
from ....agents.errors import BadScenario

if TYPE_CHECKING:
    from torch import Tensor

    from ....agents.decoding.draft_check import DraftPosition
    from ....agents.decoding.joint_text import JointText

HALF: Final = 0.5
"""A probability above this is the largest one."""


class Unite(DecodingMethod):
    """The weighted mean of distributions over the union of every member's `k` likeliest tokens.

    >>> import asyncio
    >>> from symposia.agents import Ask, Team
    >>> from symposia.agents.decoding.decoder import decode
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
    >>> from symposia.agents import Ask, Team
    >>> from symposia.agents.decoding.decoder import decode
    >>> from symposia.agents.loading import load
    >>> team = Team({name: load(f"pocket:{name}") for name in ("generalist", "strings")})
    >>> asyncio.run(decode(team, Ask(text="sort d c a"), Safe(draft=3))).text
    'a c d'
    """

    draft: int = 5
    sharpen: float = 0.1

    async def write(self, text: "JointText") -> None:
        """Write draft by draft; counts the tokens that were united, and those where uniting was unsafe."""
        from ....agents.decoding.draft_check import draft

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
