"""Decoding by deferral: at every token a generator writes, or a mentor takes part.

Decoding of Shen et al. 2024, https://arxiv.org/abs/2403.03870.
"""

from math import cos, pi
from typing import TYPE_CHECKING, Literal

from ..errors import BadScenario, MissingCapability
from ..models.base import Normalized
from .heads import Head
from .method import DecodingMethod

if TYPE_CHECKING:
    from torch import Tensor

    from .joint_text import JointText

Strategy = Literal["defer", "compose"]


Schedule = Literal["none", "linear", "cosine"]


class Defer(DecodingMethod, tag="co_llm.defer/1"):
    """The generator picks tokens; where its deferral probability exceeds the threshold, the mentor takes part.

    >>> method = Defer(generator="small", mentor="large", threshold=0.4, schedule="linear", warmup=2)
    >>> [method.eta(step) for step in range(3)]
    [1.0, 0.7, 0.4]
    """

    generator: str
    mentor: str
    head: str | None = None
    fitted: Head | None = None
    threshold: float = 0.5
    strategy: Strategy = "defer"
    schedule: Schedule = "none"
    warmup: int = 15

    def peers(self, members: tuple[str, ...]) -> tuple[str, ...]:
        """The generator and the mentor."""
        return self.generator, self.mentor

    async def write(self, text: "JointText") -> None:
        """Write token by token; counts the deferred tokens."""
        head = self.token(text)
        while text.finish is None:
            own, share = await self.deferral(text, head)
            writer, logits = self.generator, own
            if share > self.eta(len(text.tokens)):
                text.count("deferred")
                writer, other = self.mentor, without(await text.next(self.mentor), head).to(own.device)
                logits = other if self.strategy == "defer" else mixed(own, other, share)
            text.say(writer, *text.pick(logits))

    async def deferral(self, text: "JointText", head: int | None) -> tuple["Tensor", float]:
        """The generator's own next-token logits of shape (vocabulary,), and its deferral probability."""
        if self.fitted is None:
            return deferral(await text.next(self.generator), head)
        logits, state = await text.ready(self.generator).show()
        return logits, self.fitted(state)

    def token(self, text: "JointText") -> int | None:
        """The id of the deferral token.

        Raises `BadScenario` where the head is not one token, `MissingCapability` where a server hides its logit.
        """
        if self.head is None:
            return None
        model = text.participants[self.generator].model
        if isinstance(model, Normalized) and model.normalized:
            raise MissingCapability(
                f"api/co_llm.head: {self.generator} shows log-probabilities, and a deferral logit is none. "
                "Use a generator in this process, or leave head out: it then defers where it is unsure."
            )
        ids = model.encode(self.head)
        if len(ids) != 1:
            raise BadScenario(
                f"api/co_llm.head: {self.head!r} is {len(ids)} tokens of {self.generator}. Use one that is one token."
            )
        return ids[0]

    def eta(self, step: int) -> float:
        """The threshold at a position of the answer, from 0."""
        if self.schedule == "none" or step >= self.warmup:
            return self.threshold
        done = step / self.warmup
        fallen = done if self.schedule == "linear" else (1 - cos(pi * done)) / 2
        return 1 + (self.threshold - 1) * fallen


def deferral(logits: "Tensor", head: int | None) -> tuple["Tensor", float]:
    """The generator's own logits, and its deferral probability."""
    if head is None:
        return logits, 1 - float(logits.softmax(-1).max())
    return without(logits, head), float(logits[head].sigmoid())


def without(logits: "Tensor", token: int | None) -> "Tensor":
    """The logits with one token's set to -inf."""
    if token is None:
        return logits
    logits = logits.clone()
    logits[token] = -float("inf")
    return logits


def mixed(own: "Tensor", other: "Tensor", share: float) -> "Tensor":
    """The log of (1 - share) p_own + share p_other."""
    return ((1 - share) * own.softmax(-1) + share * other.softmax(-1)).log()
