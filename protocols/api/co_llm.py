"""Co-LLM: at every token a generator writes or defers to a mentor, by a deferral head or by how unsure it is.

    pi_t = sigmoid(d_t);   y_t = argmax p_G                              if pi_t <= eta_t
                           y_t = argmax p_M                              else, strategy `defer`
                           y_t = argmax (1 - pi_t) p_G + pi_t p_M        else, strategy `compose`

Shen et al. 2024, https://arxiv.org/abs/2403.03870. The deferral logit d_t is the generator's logit of the token
`head` (the original adds one; its own distribution then leaves it out); with `fit`, a head on the generator's hidden
state, fitted on dev; with neither, pi_t = 1 - max p_G. eta falls from 1 to `threshold` over `warmup` tokens.

    fit: maximise sum_t log[(1 - pi_t) p_G(x_t) + pi_t p_M(x_t)]  over dev answers x that are right

What differs from MoCo: one forward pass a token; the mentor reads only when it is deferred to, and catches up in one
pass; the head is fitted on the task's dev split and not on an external set, to answers of M, else of G, that the task
grades as right; it is a vector of its own, the generator stays as it is; the threshold can be searched on dev, as in
the paper, over quantiles of pi_t with `search_threshold: auto`.
"""

from functools import partial
from math import cos, exp, pi
from typing import TYPE_CHECKING, Literal

from pydantic import Field

from ...agents import Answer, Ask, Message, Stepper, Team
from ...agents.decoding.decoder import decode
from ...agents.decoding.heads import Head
from ...agents.decoding.method import DecodingMethod
from ...agents.errors import BadScenario
from ...agents.members import check_members
from ...agents.objective import Objective, best_of, required
from ...agents.options import ProtocolOptions, takes
from ...trainers.heads.deferral import fitted_deferral, quantiles

if TYPE_CHECKING:
    from torch import Tensor

    from ...agents.decoding.joint_text import JointText

Strategy = Literal["defer", "compose"]
Schedule = Literal["none", "linear", "cosine"]
Search = tuple[float, ...] | Literal["auto"]


class Defer(DecodingMethod):
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
        """The id of the deferral token. Raises `BadScenario` where the head is not one token."""
        if self.head is None:
            return None
        ids = text.participants[self.generator].model.encode(self.head)
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


class Threshold(Message):
    """The result of `prepare`: a fitted head, and the best of the thresholds `tried`, with their dev scores.

    >>> Threshold(value=0.4, tried=(0.2, 0.4), scores=(0.5, 0.6)).value
    0.4
    """

    value: float | None = None
    scores: tuple[float, ...] = ()
    tried: tuple[float, ...] = ()
    head: Head | None = None


class Options(ProtocolOptions):
    """The roles of members, and the deferral rule.

    >>> Options(head="<defer>", fit=True).check(("small", "large"))
    Traceback (most recent call last):
    symposia.agents.errors.BadScenario: api/co_llm.head: '<defer>' is a token. Leave it out to fit a head or ...
    """

    generator: str | None = Field(None, description="The member that writes, by default the first.")
    mentor: str | None = Field(None, description="The member that is deferred to, by default the last.")
    head: str | None = Field(None, description="The deferral token, for a generator that was trained with one.")
    fit: bool = Field(False, description="Fit a deferral head on dev.")
    width: int = Field(0, ge=0, description="Width of the head's hidden layer; 0 is a linear head.")
    threshold: float = Field(0.5, ge=0, le=1, description="The deferral probability above which the mentor takes part.")
    strategy: Strategy = Field("defer", description="The mentor's token, or one from both distributions mixed.")
    schedule: Schedule = Field("none", description="How the threshold falls from 1 over the first tokens.")
    warmup: int = Field(15, ge=1, description="Over how many tokens it falls.")
    search_threshold: Search = Field((), description="Thresholds to try on dev, or auto.")

    def check(self, members: tuple[str, ...]) -> None:
        """Raise `UnknownName` for names of non-members, `BadScenario` for a head that is both given and fitted."""
        check_members(members, (self.generator, self.mentor))
        if self.head is not None and (self.fit or self.search_threshold == "auto"):
            raise BadScenario(
                f"api/co_llm.head: {self.head!r} is a token. Leave it out to fit a head or to search auto."
            )


@takes(Options)
async def prepare(team: Team[Stepper], dev: Objective | None, options: Options) -> Team[Stepper]:
    """The team with a head fitted on dev (`fit`), and with the best of the thresholds to search; ties to the first.

    `auto` tries quantiles of the deferral probability on dev, from never to always.
    """
    if not (options.search_threshold or options.fit):
        return team
    dev = required(dev, "api/co_llm: searches on dev, and there is none. Leave out search_threshold and fit.")
    writer = team.named(options.generator, default=team.names[0])
    other = team.named(options.mentor, default=team.names[-1])
    fitted = await fitted_deferral(team, dev, writer, other, width=options.width) if options.fit else None
    tried = options.search_threshold
    if tried == "auto":
        tried = fitted.quantiles if fitted else await unsure(team, dev, writer)
    found = Threshold(head=fitted.head if fitted else None)
    if not tried:
        return team.with_learned(found)

    async def score(threshold: float) -> float:
        by = partial(answer, options=options.model_copy(update={"threshold": threshold}))
        return await dev.score(team.with_learned(found), by, name="both")

    best, scores = await best_of(tried, score)
    return team.with_learned(Threshold(value=best, scores=scores, tried=tried, head=found.head))


async def unsure(team: Team[Stepper], dev: Objective, generator: str) -> tuple[float, ...]:
    """Quantiles of 1 - p over the tokens of the generator's dev answers."""
    answers = [graded.answer for graded in await dev.graded(team.only([generator]))]
    return quantiles([1 - exp(logprob) for answer in answers if answer for logprob in answer.logprobs])


@takes(Options)
async def answer(team: Team[Stepper], question: Ask, options: Options) -> Answer:
    """An answer decoded with the generator and the mentor."""
    found = team.learned_as(Threshold)
    method = Defer(
        generator=team.named(options.generator, default=team.names[0]),
        mentor=team.named(options.mentor, default=team.names[-1]),
        head=options.head,
        fitted=found.head if found else None,
        threshold=options.threshold if found is None or found.value is None else found.value,
        strategy=options.strategy,
        schedule=options.schedule,
        warmup=options.warmup,
    )
    return await decode(team, question, method)
