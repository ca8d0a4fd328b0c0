"""Co-LLM: at every token a generator writes or defers to a mentor, by a deferral head or by how unsure it is.

    pi_t = sigmoid(d_t);   y_t = argmax p_G                              if pi_t <= eta_t
                           y_t = argmax p_M                              else, strategy `defer`
                           y_t = argmax (1 - pi_t) p_G + pi_t p_M        else, strategy `compose`

Shen et al. 2024, https://arxiv.org/abs/2403.03870, decoding. The deferral logit d_t is the generator's logit of
the token `head` (the original adds one; its own distribution then leaves it out); without a head
pi_t = 1 - max p_G. eta falls from 1 to `threshold` over `warmup` tokens. What differs from MoCo: one forward
pass a token; the mentor reads only when it is deferred to, and catches up in one pass; the threshold can be
searched on dev, as in the paper.
"""

from functools import partial
from math import cos, pi
from typing import TYPE_CHECKING, Literal

from ...agents import Answer, Ask, Message, Stepper, Team
from ...agents.errors import BadScenario
from ...agents.models.collective import Collective
from ...agents.models.decoding import Way
from ...agents.objective import Objective

if TYPE_CHECKING:
    from torch import Tensor

    from ...agents.models.shared import SharedText

Strategy = Literal["defer", "compose"]
Schedule = Literal["none", "linear", "cosine"]


class Defer(Way):
    """The generator writes; where its deferral probability is above the threshold, the mentor has a say."""

    generator: str
    mentor: str
    head: str | None = None
    threshold: float = 0.5
    strategy: Strategy = "defer"
    schedule: Schedule = "none"
    warmup: int = 15

    def peers(self, members: tuple[str, ...]) -> tuple[str, ...]:
        """The two, the generator first."""
        return self.generator, self.mentor

    async def write(self, text: "SharedText") -> None:
        """Write token by token; counts how many were deferred."""
        head = self.token(text)
        while text.finish is None:
            own, share = deferral(await text.next(self.generator), head)
            writer, logits = self.generator, own
            if share > self.eta(len(text.tokens)):
                text.count("deferred")
                writer, other = self.mentor, without(await text.next(self.mentor), head).to(own.device)
                logits = other if self.strategy == "defer" else mixed(own, other, share)
            text.say(writer, *text.pick(logits))

    def token(self, text: "SharedText") -> int | None:
        """The id of the deferral token. Raises `BadScenario` where the head is not one token."""
        if self.head is None:
            return None
        ids = text.hands[self.generator].model.encode(self.head)
        if len(ids) != 1:
            raise BadScenario(
                f"api/co_llm.head: {self.head!r} is {len(ids)} tokens of {self.generator}. Use one that is one token."
            )
        return ids[0]

    def eta(self, step: int) -> float:
        """The threshold at a token, counted from 0."""
        if self.schedule == "none" or step >= self.warmup:
            return self.threshold
        done = step / self.warmup
        fallen = done if self.schedule == "linear" else (1 - cos(pi * done)) / 2
        return 1 + (self.threshold - 1) * fallen


def deferral(logits: "Tensor", head: int | None) -> tuple["Tensor", float]:
    """The generator's own logits, and its probability of deferring."""
    if head is None:
        return logits, 1 - float(logits.softmax(-1).max())
    return without(logits, head), float(logits[head].sigmoid())


def without(logits: "Tensor", token: int | None) -> "Tensor":
    """The logits with one token made impossible."""
    if token is None:
        return logits
    logits = logits.clone()
    logits[token] = -float("inf")
    return logits


def mixed(own: "Tensor", other: "Tensor", share: float) -> "Tensor":
    """The log of (1 - share) p_own + share p_other."""
    return ((1 - share) * own.softmax(-1) + share * other.softmax(-1)).log()


class Threshold(Message):
    """The threshold that was best on dev, and every one's score, in the order tried."""

    value: float
    scores: tuple[float, ...]


async def prepare(
    team: Team[Stepper],
    dev: Objective | None,
    *,
    generator: str | None = None,
    mentor: str | None = None,
    head: str | None = None,
    strategy: Strategy = "defer",
    schedule: Schedule = "none",
    warmup: int = 15,
    search_threshold: tuple[float, ...] = (),
) -> Team[Stepper]:
    """The threshold as it is given, or that of `search_threshold` which is best on dev; ties to the first."""
    if not search_threshold:
        return team
    if dev is None:
        raise BadScenario("api/co_llm: searches on dev, and there is none. Leave out search_threshold.")
    by = partial(
        answer, generator=generator, mentor=mentor, head=head, strategy=strategy, schedule=schedule, warmup=warmup
    )
    scores = []
    for value in search_threshold:
        scores.append(await dev(team.with_models({"both": Collective(team, partial(by, threshold=value))})))
    best = search_threshold[scores.index(max(scores))]
    return team.having(Threshold(value=best, scores=tuple(scores)))


async def answer(
    team: Team[Stepper],
    question: Ask,
    *,
    generator: str | None = None,
    mentor: str | None = None,
    head: str | None = None,
    threshold: float = 0.5,
    strategy: Strategy = "defer",
    schedule: Schedule = "none",
    warmup: int = 15,
) -> Answer:
    """One text by generator and mentor, by default the first and the last member."""
    found = team.knows(Threshold)
    way = Defer(
        generator=team.named(generator, default=team.names[0]),
        mentor=team.named(mentor, default=team.names[-1]),
        head=head,
        threshold=found.value if found else threshold,
        strategy=strategy,
        schedule=schedule,
        warmup=warmup,
    )
    return await team.decode(question, way)
