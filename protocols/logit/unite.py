"""Unite: models of different tokenizers write together, one token at a time, from the union of their likeliest.

    U = union_i top_k(p_i), as text;     q_i(u) = p_i(u) / sum_U p_i, where a u that is no token of i's counts
    as the first of its tokens there;    y_t = argmax_U sum_i w_i q_i(u)

UniTE: Yao et al. 2024, https://arxiv.org/abs/2410.03777. With `sure` below 1 the lead writes alone where its
likeliest token has that probability, and the others read what it wrote in one pass when they are next asked;
that ensembling pays only at some tokens is the finding of SAFE, https://arxiv.org/abs/2510.15346, whose own
test of when is another. Models of one vocabulary are compared by token ids, so copies of a model write what it
writes; inside a character only models of its vocabulary have a say.
"""

from collections.abc import Mapping
from math import inf, log
from typing import TYPE_CHECKING, ClassVar, TypeAlias

from ...agents import Answer, Ask, Stepper, Team
from ...agents.errors import BadScenario
from ...agents.models.decoding import Way
from ...agents.together import together

if TYPE_CHECKING:
    from torch import Tensor

    from ...agents.models.shared import SharedText

Word: TypeAlias = tuple[str, int]
"""What can come next: its text; for a token without one, such as half a character, its vocabulary and id."""

END: Word = ("", -1)
"""The end of the text, whatever token means it."""


class Unite(Way):
    """The weighted mean of distributions over the union of everyone's `k` likeliest tokens."""

    one_vocabulary: ClassVar[bool] = False

    k: int = 10
    weights: tuple[float, ...] | None = None
    sure: float = 1.0

    async def write(self, text: "SharedText") -> None:
        """Write token by token; counts how many came from the union."""
        lead = next(iter(text.hands))
        while text.finish is None:
            logits = await text.next(lead)
            if self.sure < 1 and float(logits.softmax(-1).max()) >= self.sure:
                text.say(lead, *text.pick(logits))
            else:
                await self.unite(text)
                text.count("united")

    async def unite(self, text: "SharedText") -> None:
        """Take one token from the union, in the tokens of the model that finds it likeliest."""
        names = tuple(text.hands)
        weights = dict(zip(names, self.weights or (1.0,) * len(names), strict=True))
        writer = text.tokens[-1].by if text.tokens else names[0]
        if not text.whole(writer):
            names = tuple(name for name in names if vocabulary(text, name) == vocabulary(text, writer))
        rows = await together({name: text.next(name) for name in names})
        logprobs = {name: row.log_softmax(-1) for name, row in rows.items()}
        likeliest = {name: candidates(text, name, row, self.k) for name, row in logprobs.items()}
        union = list(dict.fromkeys(word for words in likeliest.values() for word in words))
        scores = {
            name: aligned(text, name, row, union, likeliest[name]).log_softmax(-1) + weight(weights[name])
            for name, row in logprobs.items()
        }
        place, logprob = text.pick(total(list(scores.values())))
        by = max((name for name in names if union[place] in likeliest[name]), key=lambda name: scores[name][place])
        text.say(by, likeliest[by][union[place]], logprob)


def candidates(text: "SharedText", name: str, logprobs: "Tensor", k: int) -> Mapping[Word, int]:
    """A model's likeliest tokens by what they say, the likelier of two that say the same."""
    found: dict[Word, int] = {}
    for token in logprobs.topk(min(k, len(logprobs))).indices.tolist():
        piece = text.peek(name, token)
        half = (vocabulary(text, name), token)
        found.setdefault(END if text.ends(name, token) else (piece, -1) if piece else half, token)
    return found


def aligned(text: "SharedText", name: str, logprobs: "Tensor", union: list[Word], own: Mapping[Word, int]) -> "Tensor":
    """A model's log-probability of each word of the union, -inf for what it has no token for."""
    hand = text.hands[name]
    tokens: list[int] = []
    for word in union:
        piece, number = word
        if word in own:
            tokens.append(own[word])
        elif word == END:
            tokens.append(max(hand.model.vocabulary.ends, key=lambda end: float(logprobs[end])))
        elif number < 0:
            tokens.append(hand.model.encode(piece, begins=not hand.ids)[0])
        else:
            tokens.append(number if piece == vocabulary(text, name) else -1)
    row = logprobs[tokens]
    return row.masked_fill(row.new_tensor(tokens) < 0, -inf)


def weight(value: float) -> float:
    """The logarithm of a weight."""
    return log(value) if value else -inf


def total(scores: "list[Tensor]") -> "Tensor":
    """The logarithm of the sum of distributions given as log-probabilities."""
    from ...agents.models.fused import side_by_side

    return side_by_side(scores).logsumexp(0)


def vocabulary(text: "SharedText", name: str) -> str:
    """What a model means by its ids."""
    return text.hands[name].model.vocabulary.fingerprint


async def answer(
    team: Team[Stepper],
    question: Ask,
    *,
    k: int = 10,
    weights: tuple[float, ...] | None = None,
    sure: float = 1.0,
) -> Answer:
    """One text by all members, the first in the lead; `weights` are in their order and equal by default."""
    if weights is not None and (len(weights) != len(team) or min(weights) < 0 or sum(weights) == 0):
        raise BadScenario(f"logit/unite.weights: {weights} for {len(team)} models. Give each one, none negative.")
    if k < 1:
        raise BadScenario(f"logit/unite.k: {k} likeliest tokens. Use 1 or more; the paper uses 10.")
    return await team.decode(question, Unite(k=k, weights=weights, sure=sure))
